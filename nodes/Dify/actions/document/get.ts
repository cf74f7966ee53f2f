import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { datasetField, documentField } from '../pickers';
import { simplified, simplifyOption, withIndexingError } from '../simplify';

const metadataOption: INodeProperties = {
	displayName: 'Include Metadata',
	name: 'includeMetadata',
	type: 'options',
	options: [
		{ name: 'No', value: 'without', description: 'The document without its metadata' },
		{ name: 'Only Metadata', value: 'only', description: 'The metadata without the document' },
		{ name: 'Yes', value: 'all', description: 'The document with its metadata' },
	],
	default: 'all',
	description: 'What the result has of the values of the metadata fields',
};

const SIMPLE = [
	'id',
	'name',
	'indexing_status',
	'display_status',
	'indexing_error',
	'enabled',
	'archived',
	'segment_count',
	'tokens',
	'created_at',
	'updated_at',
	'doc_form',
	'doc_metadata',
];

/** GET /datasets/{dataset_id}/documents/{document_id}. */
export const get: Operation = {
	name: 'Get',
	action: 'Get document',
	description: 'Get a document: its status, its chunk settings and its metadata',
	fields: [datasetField, documentField, optionsField(metadataOption, simplifyOption)],
	execute: async (item) => {
		const call = path`/datasets/${item.id('datasetId')}/documents/${item.id('documentId')}`;
		const metadata = asText(item.options.includeMetadata) ?? 'all';
		const found = jsonObject(await knowledge(item).get(call, { metadata }));
		return json(simplified(withIndexingError(found), item.options, SIMPLE));
	},
};
