import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { userField } from '../fields';
import { conversationField } from '../pickers';

const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Question about an order',
	description: 'The new name; required unless Auto Generate is on',
	displayOptions: { hide: { '/options.autoGenerate': [true] } },
};

const autoGenerateOption: INodeProperties = {
	displayName: 'Auto Generate',
	name: 'autoGenerate',
	type: 'boolean',
	default: true,
	description: 'Whether Dify generates a name from the conversation instead of using Name',
};

/** POST /conversations/{conversation_id}/name. */
export const rename: Operation = {
	name: 'Rename',
	action: 'Rename conversation',
	description: 'Give a conversation another name, or let Dify generate one',
	fields: [userField, conversationField, nameField, optionsField(autoGenerateOption)],
	execute: async (item) => {
		const conversationId = item.id('conversationId');
		const body = { ...newName(item), user: item.text('user') };
		return json(await dify(item).post(path`/conversations/${conversationId}/name`, body));
	},
	exclusiveKey: (item) => item.optionalId('conversationId'),
};

function newName(item: Item): IDataObject {
	if (item.options.autoGenerate === true) return { auto_generate: true };
	return { name: item.text('name'), auto_generate: false };
}
