import type { INodeProperties } from 'n8n-workflow';

import * as get from './get';

export const operations = { get };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['endUser'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				description: 'Get an end user by ID (Dify 1.13 and later)',
				action: 'Get end user',
			},
		],
		default: 'get',
	},
	...get.description,
];
