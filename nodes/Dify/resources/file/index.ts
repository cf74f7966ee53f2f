import type { INodeProperties } from 'n8n-workflow';

import * as download from './download';
import * as upload from './upload';

export const operations = { download, upload };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['file'] } },
		options: [
			{
				name: 'Download',
				value: 'download',
				description: 'Download an uploaded file that was sent along with a message',
				action: 'Download file',
			},
			{
				name: 'Upload',
				value: 'upload',
				description: 'Upload a file to send along with messages',
				action: 'Upload file',
			},
		],
		default: 'upload',
	},
	...download.description,
	...upload.description,
];
