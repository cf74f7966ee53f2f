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
	description: 'The completion to stop: the task_id that every event of a streamed one has',
	required: true,
};

/**
 * POST /completion-messages/{task_id}/stop. The `result` is `success` even for a task that Dify does not
 * know, that has ended, or that another user started: nothing happens then.
 */
export const stop: Operation = {
	name: 'Stop',
	action: 'Stop completion',
	description: 'Stop a completion that is being generated',
	fields: [
		taskIdField,
		{
			...userField,
			description: 'The user for whom the text is generated; nobody else can stop it',
		},
		optionsField(),
	],
	execute: async (item) => {
		const taskId = item.id('taskId');
		const body = { user: item.text('user') };
		const response = await dify(item).post(path`/completion-messages/${taskId}/stop`, body);
		return json({ ...jsonObject(response), task_id: taskId });
	},
};
