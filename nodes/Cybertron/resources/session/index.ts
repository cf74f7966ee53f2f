import type { INodeProperties } from 'n8n-workflow';

import * as create from './create';
import * as getAll from './getAll';
import * as getMessages from './getMessages';

export const operations = { create, getAll, getMessages };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['session'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				description: 'Create an empty session',
				action: 'Create session',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'List the sessions of the robot',
				action: 'Get many sessions',
			},
			{
				name: 'Get Messages',
				value: 'getMessages',
				description: 'List the questions and answers of a session',
				action: 'Get session messages',
			},
		],
		default: 'getAll',
	},
	...create.description,
	...getAll.description,
	...getMessages.description,
];
