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
		'The run to stop: task_id of Workflow > Run, which every event of a streamed run has',
	required: true,
};

/**
 * POST /workflows/tasks/{task_id}/stop. The `result` is `success` even for a task that Dify does not
 * know, that has ended, or that another user started: only the run itself tells whether it has stopped.
 */
export const stop: Operation = {
	name: 'Stop',
	action: 'Stop workflow',
	description: 'Stop a run of a Workflow app, whoever started it',
	fields: [
		taskIdField,
		{ ...userField, description: 'Your name for the end user who asks for the stop' },
		optionsField(),
	],
	execute: async (item) => {
		const taskId = item.id('taskId');
		const body = { user: item.text('user') };
		const response = await dify(item).post(path`/workflows/tasks/${taskId}/stop`, body);
		return json({ ...jsonObject(response), task_id: taskId });
	},
};
