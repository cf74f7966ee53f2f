import type { IDataObject } from 'n8n-workflow';

import { toEvent } from '../../../../../nodes/Dify/run/state/event';
import { aggregated } from '../../../../../nodes/Dify/run/state/outputs';
import { readPhase } from '../../../../../nodes/Dify/run/state/readPhase';
import { reduceEvent } from '../../../../../nodes/Dify/run/state/reduce';
import { startState } from '../../../../../nodes/Dify/run/state/state';
import type { RunState, StateOptions } from '../../../../../nodes/Dify/run/state/state';

/** Events as Dify sends them, with short ids. */

const IDS = { conversation_id: 'conv', message_id: 'msg', created_at: 1705398420, task_id: 'task' };

export function frame(event: string, fields: IDataObject = {}): IDataObject {
	return { event, ...IDS, ...fields };
}

function flow(event: string, data: IDataObject): IDataObject {
	return frame(event, { workflow_run_id: 'run', data });
}

export const started = (data: IDataObject = {}) =>
	flow('workflow_started', {
		id: 'run',
		workflow_id: 'wf',
		inputs: {},
		reason: 'initial',
		...data,
	});

export const finished = (status: string, data: IDataObject = {}) =>
	flow('workflow_finished', {
		id: 'run',
		workflow_id: 'wf',
		status,
		outputs: status === 'failed' ? null : { answer: 'Hello' },
		error: null,
		elapsed_time: 1.5,
		total_tokens: 7,
		total_steps: 3,
		files: [],
		...data,
	});

export const nodeStarted = (id: string, data: IDataObject = {}) =>
	flow('node_started', { id, node_id: id, node_type: 'llm', title: id, index: 1, ...data });

export const nodeFinished = (id: string, data: IDataObject = {}) =>
	flow('node_finished', {
		id,
		node_id: id,
		node_type: 'llm',
		title: id,
		index: 1,
		status: 'succeeded',
		error: null,
		outputs: { text: 'x' },
		elapsed_time: 0.5,
		...data,
	});

export const nested = (event: string, data: IDataObject) => flow(event, data);

export const message = (answer: string, selector: string[] | null = ['llm', 'text']) =>
	frame('message', { id: 'msg', answer, from_variable_selector: selector });

export const replaced = (answer: string, reason = 'output_moderation') =>
	frame('message_replace', { answer, reason });

const USAGE = { total_tokens: 7, total_price: '0.0000090', currency: 'USD' };

export const messageEnd = (metadata: IDataObject = {}, files: IDataObject[] = []) =>
	frame('message_end', {
		id: 'msg',
		metadata: { annotation_reply: null, retriever_resources: [], usage: USAGE, ...metadata },
		files,
	});

/** An early failure of the worker: no code, no ids. */
export const workerError = (text: string) => ({ event: 'error', message: text, status: 500 });

export const errorFrame = (code: string, text: string) => {
	const { task_id: _taskId, ...ids } = IDS;
	return { event: 'error', ...ids, code, status: 400, message: text };
};

export const FORM = {
	form_id: 'form',
	node_id: 'human',
	node_title: 'Approval',
	form_content: 'Please check',
	inputs: [{ output_variable_name: 'comment', type: 'paragraph' }],
	actions: [{ id: 'approve', title: 'Approve' }],
	form_token: 'token',
	resolved_default_values: {},
	expiration_time: 1705484820,
};

export const formRequired = (data: IDataObject = {}) =>
	flow('human_input_required', { ...FORM, ...data });

export const paused = (forms: IDataObject[] = [FORM]) =>
	flow('workflow_paused', {
		workflow_run_id: 'run',
		paused_nodes: ['human'],
		outputs: {},
		reasons: forms.map((form) => ({ TYPE: 'human_input_required', ...form })),
		status: 'paused',
		elapsed_time: 0.5,
		total_tokens: 0,
		total_steps: 2,
	});

export const LIMITS = { idleMs: 60_000, firstEventMs: 310_000 };

/** Takes events into a fresh state. */
export function reduceAll(frames: IDataObject[], options: StateOptions = {}): RunState {
	const state = startState(options);
	for (const raw of frames) reduceEvent(state, toEvent(raw));
	return state;
}

export const itemOf = (frames: IDataObject[], options: StateOptions = {}) =>
	aggregated(reduceAll(frames, options));

/** What the reader waits for after each of the events. */
export function waits(frames: IDataObject[], options: StateOptions = {}): string[] {
	const state = startState(options);
	return frames.map((raw) => {
		reduceEvent(state, toEvent(raw));
		const { name, reason, forMs } = readPhase(state, LIMITS);
		return name === 'grace' ? `${reason} ${forMs / 1000} s` : name;
	});
}
