import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import { inputDataField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, objectsIn } from '../../../shared/values';
import { knowledge, knowledgeService } from '../../transport/knowledge';
import { uploadFile } from '../../transport/upload';
import { datasetField, datasourceField } from '../pickers';
import { withIndexingError } from '../simplify';
import type { Datasource } from './datasource';
import { fileDatasource, pickedDatasource } from './datasource';
import { inputsField } from './fields';

const SOURCES = ['datasource', 'file'] as const;

const sourceField: INodeProperties = {
	displayName: 'Source',
	name: 'source',
	type: 'options',
	options: [
		{
			name: 'Datasource',
			value: 'datasource',
			description: 'Pages or files of a data source of the pipeline',
		},
		{ name: 'File', value: 'file', description: 'A file of the input item; it is uploaded first' },
	],
	default: 'file',
	description: 'Where the documents come from',
};

const forFiles = { show: { source: ['file'] } };
const forDatasources = { show: { source: ['datasource'] } };

const documentsField: INodeProperties = {
	displayName: 'Documents',
	name: 'datasourceInfoList',
	type: 'json',
	default: '[]',
	placeholder: 'e.g. [{ "title": "Home", "source_url": "https://example.com", "content": "…" }]',
	description: 'The pages or files to process, as Browse Datasource returned them: a JSON list',
	displayOptions: forDatasources,
};

const fileDatasourceOption: INodeProperties = {
	...datasourceField,
	displayName: 'File Datasource',
	required: false,
	description:
		'The node that the file enters by; needed only if the pipeline has several for files',
	displayOptions: { show: { '/source': ['file'] } },
};

/** POST /datasets/{dataset_id}/pipeline/run, for files after POST /datasets/pipeline/file-upload. */
export const run: Operation = {
	name: 'Run',
	action: 'Run pipeline',
	description:
		'Let the published pipeline of a knowledge base process documents, in the background; it adds documents and never replaces any',
	fields: [
		datasetField,
		sourceField,
		{ ...inputDataField, displayOptions: forFiles },
		{ ...datasourceField, displayOptions: forDatasources },
		documentsField,
		inputsField,
		optionsField(fileDatasourceOption),
	],
	execute: async (item) => {
		const inputs = item.object('inputs');
		const { datasource, documents } = await SOURCE[sourceOf(item)](item);
		const response = asObject(
			await knowledge(item).post(path`/datasets/${item.id('datasetId')}/pipeline/run`, {
				inputs,
				datasource_type: datasource.type,
				datasource_info_list: documents,
				start_node_id: datasource.nodeId,
				is_published: true,
				response_mode: 'blocking',
			}),
		);
		return json({ ...response, documents: objectsIn(response.documents).map(withIndexingError) });
	},
};

interface Load {
	datasource: Datasource;
	documents: IDataObject[];
}

const SOURCE: Record<(typeof SOURCES)[number], (item: Item) => Promise<Load>> = {
	datasource: async (item) => {
		const documents = item.objects('datasourceInfoList');
		if (documents.length === 0) throw item.emptyParameter('datasourceInfoList');
		return { datasource: await pickedDatasource(item, item.id('nodeId')), documents };
	},
	file: async (item) => {
		const nodeId = item.optionalId('options.nodeId');
		const datasource = nodeId ? await pickedDatasource(item, nodeId) : await fileDatasource(item);
		const { id, name } = await uploadFile(item, {
			field: item.id('binaryPropertyName'),
			path: '/datasets/pipeline/file-upload',
			service: knowledgeService,
		});
		// Older servers read the one ID, newer ones the other.
		return { datasource, documents: [{ reference: id, related_id: id, name }] };
	},
};

/** @throws ChatflowError if there is no such source. */
function sourceOf(item: Item) {
	const given = String(item.value('source') || 'file');
	const source = SOURCES.find((name) => name === given);
	if (source) return source;
	throw invalidValue(`There is no source "${given}"`, 'The sources are datasource and file');
}
