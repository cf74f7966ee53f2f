import type { INodeProperties } from 'n8n-workflow';

import * as get from './get';
import * as getLogs from './getLogs';

export const operations = { get, getLogs };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['workflowRun'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				description: 'Get state and result of a run of the workflow behind the app',
				action: 'Get workflow run',
			},
			{
				name: 'Get Logs',
				value: 'getLogs',
				description:
					'Get the log of runs. Dify writes it for Workflow apps; for Chatflow apps it is empty on most servers.',
				action: 'Get workflow logs',
			},
		],
		default: 'get',
	},
	...get.description,
	...getLogs.description,
];
