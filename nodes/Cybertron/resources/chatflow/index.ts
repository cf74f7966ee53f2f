import type { INodeProperties } from 'n8n-workflow';

import * as run from './run';

export const operations = { run };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['chatflow'] } },
		options: [
			{
				name: 'Run',
				value: 'run',
				description: 'Send a message to a chatflow and collect what its nodes answer',
				action: 'Run chatflow',
			},
		],
		default: 'run',
	},
	...run.description,
];
