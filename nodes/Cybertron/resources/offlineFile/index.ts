import type { INodeProperties } from 'n8n-workflow';

import * as getStatus from './getStatus';
import * as upload from './upload';

export const operations = { getStatus, upload };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['offlineFile'] } },
		options: [
			{
				name: 'Get Status',
				value: 'getStatus',
				description: 'Tell how far a file has come, or wait for its result',
				action: 'Get offline file status',
			},
			{
				name: 'Upload',
				value: 'upload',
				description: 'Upload a file that a flow works on in the background',
				action: 'Upload offline file',
			},
		],
		default: 'upload',
	},
	...getStatus.description,
	...upload.description,
];
