import type { INodeProperties } from 'n8n-workflow';

import * as remove from './delete';
import * as getAll from './getAll';
import * as getMessages from './getMessages';
import * as getVariables from './getVariables';
import * as rename from './rename';
import * as updateVariable from './updateVariable';

export const operations = {
	delete: remove,
	getAll,
	getMessages,
	getVariables,
	rename,
	updateVariable,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['conversation'] } },
		options: [
			{
				name: 'Delete',
				value: 'delete',
				description: 'Delete a conversation',
				action: 'Delete conversation',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'Get the conversations that a user had through the API',
				action: 'Get many conversations',
			},
			{
				name: 'Get Messages',
				value: 'getMessages',
				description: 'Get the messages of a conversation, the oldest first',
				action: 'Get conversation messages',
			},
			{
				name: 'Get Variables',
				value: 'getVariables',
				description: 'Get the variables of a conversation with their values',
				action: 'Get conversation variables',
			},
			{
				name: 'Rename',
				value: 'rename',
				description: 'Give a conversation another name, or let Dify make one',
				action: 'Rename conversation',
			},
			{
				name: 'Update Variable',
				value: 'updateVariable',
				description: 'Set a variable of a conversation, by ID or by name',
				action: 'Update conversation variable',
			},
		],
		default: 'getAll',
	},
	...remove.description,
	...getAll.description,
	...getMessages.description,
	...getVariables.description,
	...rename.description,
	...updateVariable.description,
];
