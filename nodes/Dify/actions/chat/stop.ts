import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { userField } from '../fields';

const taskIdField: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.task_id }}',
	description:
		'The run to stop: task_id of Chat > Send, which every event of a streamed answer has',
	required: true,
};

/**
 * POST /chat-messages/{task_id}/stop. The `result` is `success` even for a task that Dify does not
 * know or that has ended: only the run itself tells whether it has stopped.
 */
export const stop: Operation = {
	name: 'Stop',
	action: 'Stop chat message',
	description: 'Stop the run that answers a message',
	fields: [
		taskIdField,
		{ ...userField, description: 'The user who sent the message' },
		optionsField(),
	],
	execute: async (item) => {
		const taskId = item.id('taskId');
		const body = { user: item.text('user') };
		const response = await dify(item).post(path`/chat-messages/${taskId}/stop`, body);
		return json({ ...jsonObject(response), task_id: taskId });
	},
};
