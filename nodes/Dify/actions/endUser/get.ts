import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';

const endUserIdField: INodeProperties = {
	displayName: 'End User ID',
	name: 'endUserId',
	type: 'string',
	default: '',
	placeholder: 'e.g. f1e2d3c4-b5a6-7890-abcd-ef1234567890',
	description:
		'The ID that Dify gave the end user, for example created_by of an uploaded file; not your own name for the user',
	required: true,
};

/** GET /end-users/{end_user_id}, Dify 1.13 and later. */
export const get: Operation = {
	name: 'Get',
	action: 'Get end user',
	description: 'Get an end user by ID (Dify 1.13 and later)',
	fields: [endUserIdField, optionsField()],
	execute: async (item) => json(await dify(item).get(path`/end-users/${item.id('endUserId')}`)),
};
