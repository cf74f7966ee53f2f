import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField } from '../options';
import { requiredId } from '../parameters';

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

export const description = updateDisplayOptions(
	{ show: { resource: ['endUser'], operation: ['get'] } },
	[endUserIdField, optionsField()],
);

/** One end user (GET /end-users/{end_user_id}, Dify 1.13 and later). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const endUserId = requiredId(context, itemIndex, endUserIdField);
	return [
		{ json: await callDify(context, itemIndex, { path: difyPath`/end-users/${endUserId}` }) },
	];
}
