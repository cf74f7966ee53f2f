import type { INodeProperties } from 'n8n-workflow';

import * as getSuggested from './getSuggested';
import * as send from './send';
import * as stop from './stop';

export const operations = { getSuggested, send, stop };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['chat'] } },
		options: [
			{
				name: 'Get Suggested Questions',
				value: 'getSuggested',
				description: 'Get questions that the user may ask next',
				action: 'Get suggested questions',
			},
			{
				name: 'Send',
				value: 'send',
				description: 'Send a message to the app and get its answer',
				action: 'Send chat message',
			},
			{
				name: 'Stop',
				value: 'stop',
				description: 'Stop the run that answers a message',
				action: 'Stop chat message',
			},
		],
		default: 'send',
	},
	...getSuggested.description,
	...send.description,
	...stop.description,
];
