import type { IDataObject } from 'n8n-workflow';

import type { OutputMode } from '../../../shared/fields';
import { asObject, asText } from '../../../shared/values';
import type { NodeExecution, RunState } from './state';
import { splitThinking } from './think';
import type { Split } from './think';
import { traceOf } from './trace';

/** The answer: streamed text, else the run's output, else the last Answer node's (SERVER.md, "Order of events"). */
export function answerOf(state: RunState): string {
	return finalText(state).answer;
}

function finalText(state: RunState): Split {
	const streamed = {
		answer: state.answer + (state.thinking?.held() ?? ''),
		thought: state.thought,
	};
	if (state.moderated) return streamed;
	const run = splitOff(state, asText(asObject(state.finished?.outputs).answer));
	const node = splitOff(state, state.lastAnswerOutput);
	if (state.hasGap && run?.answer) return run;
	if (state.resumed) return afterResume(streamed, run, node);
	const chunks = splitOff(state, asText(state.chunks));
	return [streamed, run, node, chunks].find((text) => text?.answer) ?? streamed;
}

/** A text that did not come as a stream, taken apart as the stream would have been. */
function splitOff(state: RunState, text: string | undefined): Split | undefined {
	if (text === undefined) return undefined;
	return state.thinking ? splitThinking(text) : { answer: text, thought: '' };
}

/**
 * After a pause some servers stream no text any more and give none in the run's output either; the
 * text from before the pause alone would be half an answer (Dify 1.15).
 */
function afterResume(streamed: Split, run?: Split, node?: Split): Split {
	if (run?.answer) return run;
	if (!node?.answer || streamed.answer.includes(node.answer)) return streamed;
	if (node.answer.startsWith(streamed.answer)) return node;
	return {
		answer: streamed.answer + node.answer,
		thought: [streamed.thought, node.thought].filter(Boolean).join('\n\n'),
	};
}

/** How the run ended, in the API's words; an answer without a workflow counts as succeeded. */
export function statusOf(state: RunState): string {
	if (state.paused) return 'paused';
	return asText(state.finished?.status) ?? (state.error ? 'failed' : 'succeeded');
}

/** The ids of an answer, as far as they are known. */
export function idsOf(state: RunState): IDataObject {
	return {
		task_id: state.taskId ?? null,
		id: state.replyId ?? state.messageId ?? null,
		message_id: state.messageId ?? null,
		conversation_id: state.conversationId ?? null,
	};
}

/** What an AI agent needs of {@link aggregated}. */
export const toolFields = [
	'answer',
	'status',
	'conversation_id',
	'conversation_reset',
	'files',
	'human_input',
];

/** One item for everything: what blocking mode returns, plus the run. */
export function aggregated(state: RunState): IDataObject {
	const run = state.finished ?? state.paused ?? {};
	const { answer, thought } = finalText(state);
	return {
		event: 'message',
		...idsOf(state),
		mode: state.mode,
		answer,
		metadata: state.metadata,
		created_at: state.createdAt ?? null,
		workflow_run_id: state.workflowRunId ?? null,
		status: statusOf(state),
		outputs: run.outputs ?? {},
		files: state.files,
		elapsed_time: run.elapsed_time ?? null,
		total_tokens: run.total_tokens ?? null,
		total_steps: run.total_steps ?? null,
		nodes: shortNodes(state),
		...optionalFields(state, thought),
	};
}

/** What an agent app thought, called and saw, one entry for each round. */
export function thoughtsOf({ agentThoughts }: RunState): IDataObject {
	return agentThoughts.size > 0 ? { agent_thoughts: [...agentThoughts.values()] } : {};
}

/** Fields that are there only when there is something to say. */
export function optionalFields(state: RunState, thought = ''): IDataObject {
	const reasoning = [...state.reasoning.values(), thought.trim()].filter(Boolean).join('\n\n');
	return {
		...(reasoning ? { reasoning } : {}),
		...thoughtsOf(state),
		...(state.paused ? { human_input: [...state.forms.values()] } : {}),
		...(state.warnings.length > 0 ? { warnings: state.warnings } : {}),
		...(state.recovered ? { recovered: true } : {}),
	};
}

/**
 * Executions that began and were not seen to end, oldest first: those that a pause or a stop left
 * behind, with that status. In a run that succeeded only those that have said something.
 */
function unfinished(state: RunState): Array<{ execution: NodeExecution; status: string }> {
	const run = statusOf(state);
	const status = run === 'paused' || run === 'stopped' ? run : 'running';
	return [...state.running.values()]
		.flatMap((executions) => [...executions])
		.filter(({ text }) => status !== 'running' || text !== '')
		.map((execution) => ({ execution, status }));
}

/** A short trace of the nodes, in the order in which they ended. */
export function shortNodes(state: RunState): IDataObject[] {
	return [
		...state.ended.map((execution) => traceOf(execution)),
		...unfinished(state).map(({ execution, status }) => traceOf(execution, status)),
	];
}

/**
 * An item for every execution, in the order in which they ended. An answer without any (annotation
 * reply, moderation, blocking mode, a run that had ended), and that of a lost stream that none of them
 * can have said, gets an item of its own.
 */
export function perNode(state: RunState): IDataObject[] {
	const items = nodeItems(state, runIdsOf(state));
	if (items.length === 0) return [answerItem(state)];
	const unsaid = state.recovered && answerOf(state) !== '' && !isAllSaid(state, items);
	return unsaid ? [...items, answerItem(state)] : items;
}

/** An item for every execution; each has these ids. */
export function nodeItems(state: RunState, ids: IDataObject): IDataObject[] {
	return [
		...state.ended.map((execution) => nodeItem(state, execution, ids)),
		...unfinished(state).map(({ execution, status }) => ({
			...nodeItem(state, execution, ids),
			status,
			...formsOf(state, execution),
		})),
	];
}

/** Whether the nodes that are known can have said the answer. */
function isAllSaid({ unclaimed, executions }: RunState, items: IDataObject[]): boolean {
	const known = new Set([...executions.values()].map(({ nodeId }) => nodeId));
	return items.some(({ answer }) => answer) && [...unclaimed.keys()].every((id) => known.has(id));
}

function nodeItem(state: RunState, execution: NodeExecution, ids: IDataObject): IDataObject {
	const { nodeId, data, retries } = execution;
	// What no later execution has claimed after all.
	const rest = state.lastOf.get(nodeId) === execution ? state.unclaimed.get(nodeId) : undefined;
	const text = execution.text + (rest ?? '');
	return {
		...withoutErrorKey(data, 'node_error'),
		...(retries > 0 ? { retries } : {}),
		answer: text,
		...ids,
	};
}

function answerItem(state: RunState): IDataObject {
	return {
		title: 'Answer',
		answer: answerOf(state),
		status: statusOf(state),
		...thoughtsOf(state),
		...(state.paused ? { human_input: [...state.forms.values()] } : {}),
		...(state.recovered ? { recovered: true } : {}),
		...runIdsOf(state),
	};
}

function runIdsOf(state: RunState): IDataObject {
	return {
		conversation_id: state.conversationId ?? null,
		message_id: state.messageId ?? null,
		task_id: state.taskId ?? null,
		workflow_run_id: state.workflowRunId ?? null,
	};
}

/** The forms that a waiting node has sent out. */
function formsOf(state: RunState, { nodeId }: NodeExecution): IDataObject {
	const keys = [...(state.formsOfNode.get(nodeId) ?? [])];
	const forms = keys.map((key) => state.forms.get(key)).filter((form) => form !== undefined);
	return forms.length > 0 ? { human_input: forms } : {};
}

/** An item for every event as it was received; only over-long integers are strings. */
export function events(state: RunState): IDataObject[] {
	return (state.events ?? []).map((event) => withoutErrorKey(event, 'event_error'));
}

/**
 * Moves a text under the key `error` to another key. n8n's Retry On Fail takes a top-level `error`
 * in the first item for a failure and runs the node again, which would send the message again.
 */
export function withoutErrorKey(json: IDataObject, key: string): IDataObject {
	if (!('error' in json) || json.error === null) return json;
	const { error, ...rest } = json;
	return { ...rest, [key]: error };
}

/** What of a run becomes items, by output mode. */
export const OUTPUTS: Record<OutputMode, (state: RunState) => IDataObject[]> = {
	aggregated: (state) => [aggregated(state)],
	perNode,
	events,
};
