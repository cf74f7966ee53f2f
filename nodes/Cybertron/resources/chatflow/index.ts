import type { INodeProperties } from 'n8n-workflow';

import * as run from './run';
import * as startUpload from './startUpload';
import * as submitUpload from './submitUpload';

export const operations = { run, startUpload, submitUpload };

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
			{
				name: 'Start Upload',
				value: 'startUpload',
				description: 'Ask a chatflow which files it wants',
				action: 'Start upload in chatflow',
			},
			{
				name: 'Submit Upload',
				value: 'submitUpload',
				description: 'Tell a chatflow that its files are complete, and collect what it answers',
				action: 'Submit upload in chatflow',
			},
		],
		default: 'run',
	},
	...run.description,
	...startUpload.description,
	...submitUpload.description,
];
