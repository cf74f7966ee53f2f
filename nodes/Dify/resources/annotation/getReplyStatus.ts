import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField } from '../options';
import { requiredId } from '../parameters';
import { actionField } from './fields';

const jobIdField: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.job_id }}',
	description: 'The job_id that Configure Reply gave',
	required: true,
};

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['getReplyStatus'] } },
	[
		{
			...actionField,
			description: 'The action that started the job; Dify finds it under no other',
		},
		jobIdField,
		optionsField(),
	],
);

/** How far a job of Configure Reply is (GET /apps/annotation-reply/{action}/status/{job_id}). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const action = requiredId(context, itemIndex, actionField);
	const jobId = requiredId(context, itemIndex, jobIdField);
	const path = difyPath`/apps/annotation-reply/${action}/status/${jobId}`;
	return [{ json: await callDify(context, itemIndex, { path }) }];
}
