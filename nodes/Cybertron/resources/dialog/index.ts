import type { INodeProperties } from 'n8n-workflow';

import * as send from './send';

export const operations = { send };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['dialog'] } },
		options: [
			{
				name: 'Send',
				value: 'send',
				description: 'Ask a robot a question and get its answer',
				action: 'Send dialog message',
			},
		],
		default: 'send',
	},
	...send.description,
];
