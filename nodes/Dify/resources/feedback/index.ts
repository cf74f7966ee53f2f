import type { INodeProperties } from 'n8n-workflow';

import * as getAll from './getAll';
import * as submit from './submit';

export const operations = { getAll, submit };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['feedback'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'Get the feedback on many answers of the app, the newest first',
				action: 'Get many feedbacks',
			},
			{
				name: 'Submit',
				value: 'submit',
				description: 'Rate an answer, or take the rating back',
				action: 'Submit feedback',
			},
		],
		default: 'getAll',
	},
	...getAll.description,
	...submit.description,
];
