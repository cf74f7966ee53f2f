import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, assign } from '../../../shared/values';
import type { NodeData } from './event';
import type { NodeExecution, RunState } from './state';

/** Notes that a node began. A replay announces a node again: it stays one. */
export function onNodeStarted(state: RunState, node: NodeData): void {
	const execution = executionOf(state, node);
	if (execution.ended) return;
	note(state, execution, node.data);
	if (node.isAnswerNode) state.answering.add(execution);
	// Text that names no node comes from the template of an Answer node; see {@link speakerOf}.
	if (node.isAnswerNode) takeUnclaimed(state, execution, '');
	takeUnclaimed(state, execution, execution.nodeId);
}

/**
 * Notes that an iteration or a loop began. Its id is that of its node, so one that stands inside
 * another container begins again and again under the same id.
 */
export function onContainerStarted(state: RunState, node: NodeData): void {
	if (state.executions.get(node.id)?.ended) state.executions.delete(node.id);
	onNodeStarted(state, node);
}

/** Notes that an execution of a node, an iteration or a loop ended. */
export function onNodeEnded(state: RunState, node: NodeData): void {
	const execution = executionOf(state, node);
	note(state, execution, node.data);
	if (node.isAnswerNode) {
		execution.text += takeReplayed(state);
		state.lastAnswerOutput = node.answer ?? state.lastAnswerOutput;
	}
	// A replay tells the node that waits for a human as one that ended; it ends once more.
	if (execution.ended || node.data.status === 'paused') return;
	execution.ended = true;
	state.ended.push(execution);
	state.lastOf.set(execution.nodeId, execution);
	leaveRunning(state, execution);
	takeUnclaimed(state, execution, execution.nodeId);
}

/** A node is tried again; the attempts belong to one execution. */
export function onNodeRetry(state: RunState, node: NodeData): void {
	executionOf(state, node).retries += 1;
}

function leaveRunning(state: RunState, execution: NodeExecution): void {
	const running = state.running.get(execution.nodeId);
	running?.delete(execution);
	state.answering.delete(execution);
	if (running?.size === 0) state.running.delete(execution.nodeId);
}

/**
 * Adds a piece of the answer to the execution that streamed it (`from_variable_selector`).
 * Of several passes under way at the same time the oldest is taken: the event does not tell. Where
 * the event has no selector at all, as in the specification, it is the only node under way.
 */
export function claimText(state: RunState, selector: unknown, text: string): void {
	if (!state.keepNodeData) return;
	const { nodeId, execution } = speakerOf(state, selector);
	const added = takeReplayed(state) + text;
	if (execution) {
		execution.text += added;
		state.speaker = execution;
	} else {
		if (!state.unclaimed.has(nodeId)) state.lastUnclaimed = nodeId;
		state.unclaimed.set(nodeId, (state.unclaimed.get(nodeId) ?? '') + added);
	}
}

/** First parts of selectors that name a variable, not a node. */
const VARIABLES = new Set(['sys', 'conversation', 'env']);

interface Speaker {
	nodeId: string;
	/** Missing if it has not begun. */
	execution?: NodeExecution;
}

function speakerOf(state: RunState, selector: unknown): Speaker {
	if (selector === undefined) return { nodeId: '', execution: onlyRunning(state) };
	const nodeId = (Array.isArray(selector) ? asText(selector[0]) : undefined) ?? '';
	if (VARIABLES.has(nodeId)) return templateSpeaker(state);
	const running = first(state.running.get(nodeId));
	if (running) return { nodeId, execution: running };
	// An Answer node's text precedes its start: in an iteration it belongs to the next pass.
	const last = state.lastOf.get(nodeId);
	return last && !isAnswer(last) ? { nodeId, execution: last } : { nodeId };
}

/** A variable in the template of an Answer node: the one under way, or the one whose text waits for it. */
function templateSpeaker({ answering, unclaimed, lastUnclaimed }: RunState): Speaker {
	const execution = first(answering);
	const waiting = unclaimed.has(lastUnclaimed) ? lastUnclaimed : '';
	return { nodeId: execution?.nodeId ?? waiting, execution };
}

function isAnswer({ data }: NodeExecution): boolean {
	return data.node_type === 'answer';
}

/**
 * The text of a replay whose speaker nobody knows, used up. It goes to the node that speaks next, or
 * to the Answer node that put it out.
 */
function takeReplayed(state: RunState): string {
	const text = state.replayed;
	if (text !== '') state.replayed = '';
	return text;
}

function onlyRunning({ running }: RunState): NodeExecution | undefined {
	if (running.size !== 1) return undefined;
	const executions = first(running.values());
	return executions?.size === 1 ? first(executions) : undefined;
}

function first<T>(values: Iterable<T> = []): T | undefined {
	for (const value of values) return value;
	return undefined;
}

/**
 * The whole text was replaced. What it adds to the text before belongs to the node that spoke last,
 * or, when a replay tells it before any node has spoken, to the one that speaks next;
 * a text that differs (`added` undefined) withdraws what the nodes have said, it may be forbidden.
 */
export function moveTexts(state: RunState, added: string | undefined): void {
	if (!state.keepNodeData) return;
	if (added !== undefined) {
		if (state.speaker) state.speaker.text += added;
		else if (!state.moderated) state.replayed += added;
		return;
	}
	if (state.hasGap && !state.moderated) {
		fillGap(state);
		return;
	}
	state.replayed = '';
	for (const execution of state.executions.values()) execution.text = '';
	for (const execution of state.ended) execution.text = '';
	state.unclaimed.clear();
	state.speaker = undefined;
}

/** Text between two pieces was missing, and is known now: it is the speaker's, if there was only one. */
function fillGap(state: RunState): void {
	const speakers = [...state.executions.values()].filter(({ text }) => text !== '');
	if (speakers.length === 1 && speakers[0]) speakers[0].text = state.answer;
}

function takeUnclaimed(state: RunState, execution: NodeExecution, key: string): void {
	const early = state.unclaimed.get(key);
	if (early === undefined) return;
	execution.text += early;
	state.speaker = execution;
	state.unclaimed.delete(key);
}

function executionOf(state: RunState, { id, nodeId }: NodeData): NodeExecution {
	const known = state.executions.get(id);
	if (known) return known;
	const execution = { id, nodeId, data: {}, text: '', retries: 0, ended: false };
	state.executions.set(id, execution);
	const running = state.running.get(nodeId);
	if (running) running.add(execution);
	else state.running.set(nodeId, new Set([execution]));
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
const PASS_FIELDS = ['iteration_index', 'loop_index', 'parallel_mode_run_id'];

/** Keeps of a node's data what the output needs. A replay without inputs and outputs takes nothing away. */
function note(state: RunState, execution: NodeExecution, data: IDataObject): void {
	const news = state.keepNodeData ? data : shortTrace(data);
	const known = execution.data;
	assign(known, news, (key) => {
		const value = Object.hasOwn(known, key) ? known[key] : undefined;
		return value === undefined || (execution.ended ? isMissing(value) : !isMissing(news[key]));
	});
}

function isMissing(value: unknown): boolean {
	return value === null || value === undefined;
}

function shortTrace(data: IDataObject): IDataObject {
	const trace: IDataObject = {};
	copyFields(trace, data, TRACE_FIELDS);
	copyFields(trace, data, PASS_FIELDS);
	copyFields(trace, asObject(data.execution_metadata), PASS_FIELDS);
	return trace;
}

function copyFields(to: IDataObject, from: IDataObject, fields: string[]): void {
	for (const field of fields) {
		if (from[field] !== undefined && from[field] !== null) to[field] = from[field];
	}
}

/** The short trace of an execution, for `nodes`. */
export function traceOf({ data, retries }: NodeExecution, status?: string): IDataObject {
	return {
		...shortTrace(data),
		...(status ? { status } : {}),
		...(retries > 0 ? { retries } : {}),
	};
}
