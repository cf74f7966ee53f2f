import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { documentsNamed } from '../../knowledge/documents';
import { LIST_RULES, readList } from '../../transport/lists';
import { datasetField } from '../pickers';
import { simplified, simplifyOption, withIndexingError } from '../simplify';

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Name Contains',
		name: 'keyword',
		type: 'string',
		default: '',
		placeholder: 'e.g. handbook',
		description: 'Only documents with this text in their name',
	},
	{
		displayName: 'Name Equals',
		name: 'nameEquals',
		type: 'string',
		default: '',
		placeholder: 'e.g. handbook.pdf',
		description: 'Only documents with exactly this name',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Any', value: '' },
			{ name: 'Archived', value: 'archived' },
			{ name: 'Available', value: 'available' },
			{ name: 'Disabled', value: 'disabled' },
			{ name: 'Error', value: 'error' },
			{ name: 'Indexing', value: 'indexing' },
			{ name: 'Paused', value: 'paused' },
			{ name: 'Queuing', value: 'queuing' },
		],
		default: '',
		description: 'Only documents with this status',
	},
];

const SIMPLE = [
	'id',
	'name',
	'indexing_status',
	'display_status',
	'indexing_error',
	'enabled',
	'archived',
	'word_count',
	'tokens',
	'created_at',
	'created_from',
	'doc_metadata',
];

/** GET /datasets/{dataset_id}/documents. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many documents',
	description: 'Get the documents of a knowledge base, the newest first',
	fields: [datasetField, returnAllField, limitField, optionsField(...ownOptions, simplifyOption)],
	execute: async (item) => {
		const { keyword, nameEquals, status } = item.options;
		const datasetId = item.id('datasetId');
		const query = defined({ keyword: asText(keyword), status: asText(status) });
		const name = asText(nameEquals);
		const documents =
			name === undefined
				? await readList(item, {
						path: path`/datasets/${datasetId}/documents`,
						rule: LIST_RULES.datasets,
						query,
					})
				: (await documentsNamed(item, datasetId, name, query)).slice(0, item.limit);
		return jsonList(documents.map((found) => shown(found, item.options)));
	},
};

function shown(document: IDataObject, options: IDataObject): IDataObject {
	return simplified(withIndexingError(document), options, SIMPLE);
}
