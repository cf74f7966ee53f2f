import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../shared/objects';
import type { DifyEvent } from './event';
import type { ChatState, NodeExecution } from './state';

/** Notes that a node, an iteration or a loop began (`*_started`). */
export function onNodeStarted(state: ChatState, { data }: DifyEvent): void {
	const execution = executionOf(state, data);
	const early = state.unclaimed.get(execution.nodeId);
	if (early === undefined) return;
	execution.text += early;
	state.unclaimed.delete(execution.nodeId);
}

/** Notes that an execution ended (`node_finished`, `iteration_completed`, `loop_completed`). */
export function onNodeEnded(state: ChatState, { data }: DifyEvent): void {
	const execution = executionOf(state, data);
	execution.data = state.keepNodeData
		? { ...execution.data, ...data }
		: shortTrace(execution, data);
	if (data.node_type === 'answer') {
		state.lastAnswerOutput = asText(asObject(data.outputs).answer) ?? state.lastAnswerOutput;
	}
	if (execution.ended) return;
	execution.ended = true;
	state.ended.push(execution);
}

/** A node is tried again; the attempts belong to one execution. */
export function onNodeRetry(state: ChatState, { data }: DifyEvent): void {
	executionOf(state, data).retries += 1;
}

/** Adds a piece of the answer to the execution that streamed it (facts 3.4, `from_variable_selector`). */
export function claimText(state: ChatState, selector: unknown, text: string): void {
	if (!state.keepNodeData || !Array.isArray(selector)) return;
	const nodeId = asText(selector[0]);
	if (nodeId === undefined) return;
	const execution = latestOf(state, nodeId);
	if (execution) execution.text += text;
	else state.unclaimed.set(nodeId, (state.unclaimed.get(nodeId) ?? '') + text);
}

/** The running execution of a node, or else its last one. */
function latestOf(state: ChatState, nodeId: string): NodeExecution | undefined {
	const all = [...state.executions.values()].filter((execution) => execution.nodeId === nodeId);
	return all.find(({ ended }) => !ended) ?? all.at(-1);
}

function executionOf(state: ChatState, data: IDataObject): NodeExecution {
	const nodeId = asText(data.node_id) ?? '';
	const id = asText(data.id) ?? nodeId;
	const known = state.executions.get(id);
	if (known) return known;
	const execution = { id, nodeId, data: {}, text: '', retries: 0, ended: false };
	state.executions.set(id, execution);
	return execution;
}

const TRACE_FIELDS = [
	'id',
	'node_id',
	'node_type',
	'title',
	'index',
	'status',
	'error',
	'elapsed_time',
	'iteration_id',
	'loop_id',
];

function shortTrace({ retries }: NodeExecution, data: IDataObject): IDataObject {
	const trace: IDataObject = {};
	for (const field of TRACE_FIELDS) {
		if (data[field] !== undefined && data[field] !== null) trace[field] = data[field];
	}
	return retries > 0 ? { ...trace, retries } : trace;
}

/** The short trace of every ended execution, for `nodes`. */
export function traceOf(state: ChatState): IDataObject[] {
	return state.ended.map((execution) => shortTrace(execution, execution.data));
}
