import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { datasetField } from '../pickers';
import { documentIds, documentIdsField } from './fields';

const actionField: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	options: [
		{ name: 'Archive', value: 'archive' },
		{ name: 'Disable', value: 'disable' },
		{ name: 'Enable', value: 'enable' },
		{ name: 'Unarchive', value: 'un_archive' },
	],
	default: 'enable',
	description:
		'What to do with the documents. Neither disabled nor archived ones are found; archived ones cannot be changed.',
};

/** PATCH /datasets/{dataset_id}/documents/status/{action}. */
export const setStatus: Operation = {
	name: 'Set Status',
	action: 'Set status of documents',
	description: 'Enable, disable, archive or unarchive documents',
	fields: [datasetField, documentIdsField, actionField, optionsField()],
	execute: async (item) => {
		const ids = documentIds(item);
		const call = path`/datasets/${item.id('datasetId')}/documents/status/${item.id('action')}`;
		const body = { document_ids: ids };
		return json(await knowledge(item).request({ method: 'PATCH', path: call, body }));
	},
};
