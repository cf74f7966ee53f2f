import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField, userField } from '../options';
import { requiredId, requiredText } from '../parameters';

const taskIdField: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.task_id }}',
	description:
		'The run to stop: task_id of Chat > Send, which a streaming answer tells at its start',
	required: true,
};

export const description = updateDisplayOptions(
	{ show: { resource: ['chat'], operation: ['stop'] } },
	[
		taskIdField,
		{ ...userField, description: 'The user who sent the message; nobody else can stop it' },
		optionsField(),
	],
);

/**
 * Tells a run to stop (POST /chat-messages/{task_id}/stop).
 *
 * @returns Dify's `result`, which is `success` for a task that it does not know or that has ended,
 * too: whether the run has stopped is told by the run itself (facts 3.8).
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const taskId = requiredId(context, itemIndex, taskIdField);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: difyPath`/chat-messages/${taskId}/stop`,
		body: { user: requiredText(context, itemIndex, userField) },
	});
	return [{ json: { ...json, task_id: taskId } }];
}
