import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { datasetField } from '../pickers';

const ACTIONS = ['enable', 'disable'];

const actionField: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	options: [
		{
			name: 'Disable',
			value: 'disable',
			description: 'Remove their values from the documents',
			action: 'Disable built in metadata fields',
		},
		{
			name: 'Enable',
			value: 'enable',
			description: 'Let Dify fill them in for every document',
			action: 'Enable built in metadata fields',
		},
	],
	default: 'enable',
	description: 'What to do with name, uploader, dates and source of each document as metadata',
	required: true,
};

/** POST /datasets/{dataset_id}/metadata/built-in/{action}: any other action is 200, and does nothing. */
export const setBuiltIn: Operation = {
	name: 'Set Built-In Fields',
	action: 'Set built in metadata fields',
	description: 'Turn the metadata fields that Dify fills in itself on or off',
	fields: [datasetField, actionField, optionsField()],
	execute: async (item) => {
		const action = item.id('action');
		if (!ACTIONS.includes(action)) {
			throw invalidValue(`There is no action "${action}"`, 'The actions are enable and disable');
		}
		const call = path`/datasets/${item.id('datasetId')}/metadata/built-in/${action}`;
		return json(await knowledge(item).post(call));
	},
	exclusiveKey: (item) => item.optionalId('datasetId'),
};
