import type { INodeProperties } from 'n8n-workflow';

import * as configureReply from './configureReply';
import * as create from './create';
import * as remove from './delete';
import * as getAll from './getAll';
import * as getReplyStatus from './getReplyStatus';
import * as update from './update';

export const operations = {
	configureReply,
	create,
	delete: remove,
	getAll,
	getReplyStatus,
	update,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['annotation'] } },
		options: [
			{
				name: 'Configure Reply',
				value: 'configureReply',
				description: 'Turn answering from annotations on or off',
				action: 'Configure annotation reply',
			},
			{
				name: 'Create',
				value: 'create',
				description: 'Add a question with its fixed answer',
				action: 'Create annotation',
			},
			{
				name: 'Delete',
				value: 'delete',
				description: 'Delete an annotation with its hit history',
				action: 'Delete annotation',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'Get the annotations of the app, the newest first',
				action: 'Get many annotations',
			},
			{
				name: 'Get Reply Status',
				value: 'getReplyStatus',
				description: 'Get how far a job of Configure Reply is',
				action: 'Get annotation reply status',
			},
			{
				name: 'Update',
				value: 'update',
				description: 'Replace question and answer of an annotation',
				action: 'Update annotation',
			},
		],
		default: 'getAll',
	},
	...configureReply.description,
	...create.description,
	...remove.description,
	...getAll.description,
	...getReplyStatus.description,
	...update.description,
];
