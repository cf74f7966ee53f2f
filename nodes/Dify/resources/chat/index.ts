import type { INodeProperties } from 'n8n-workflow';

import * as send from './send';

export const operations = { send };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['chat'] } },
		options: [
			{
				name: 'Send',
				value: 'send',
				description: 'Send a message to the app and get its answer',
				action: 'Send chat message',
			},
		],
		default: 'send',
	},
	...send.description,
];
