import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField } from '../options';
import { requiredId } from '../parameters';
import { formTokenField } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['humanInput'], operation: ['getForm'] } },
	[formTokenField, optionsField()],
);

/**
 * The form that a paused run waits for (GET /form/human_input/{form_token}, Dify 1.14): its content,
 * `inputs`, `user_actions` and `expiration_time` (seconds). Fails for a form that was submitted or
 * has expired (facts 3.7).
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const token = requiredId(context, itemIndex, formTokenField);
	const json = await callDify(context, itemIndex, { path: difyPath`/form/human_input/${token}` });
	return [{ json: { ...json, form_token: token } }];
}
