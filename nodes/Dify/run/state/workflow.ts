import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, isObject } from '../../../shared/values';
import { toEvent } from './event';
import { addFiles, filesIn } from './files';
import { events, nodeItems, optionalFields, shortNodes, statusOf } from './outputs';
import { reduceEvent } from './reduce';
import type { RunState, TextChange } from './state';
import { replaceText } from './text';

/** Whether a JSON is what blocking mode of a Workflow app answers with. */
export function isWorkflowAnswer(json: unknown): boolean {
	const { workflow_run_id: id, data } = asObject(json);
	return asText(id) !== undefined && isObject(data);
}

/** Takes the answer of blocking mode into the state, as the last event of a stream would be. */
export function takeWorkflowAnswer(state: RunState, answer: unknown): void {
	const body = asObject(answer);
	const { status, outputs } = asObject(body.data);
	const event = status === 'paused' ? 'workflow_paused' : 'workflow_finished';
	reduceEvent(state, toEvent({ ...body, event }));
	addFiles(state, filesIn(asObject(outputs)));
	if (state.events) state.events = [body];
}

/** What the run put out; nothing as long as it has not ended. */
export function outputsOf({ finished, paused }: RunState): IDataObject {
	return asObject((finished ?? paused)?.outputs);
}

const TOOL_FIELDS = ['status', 'outputs', 'text', 'files', 'human_input'];

/** What an AI agent needs of {@link workflowItem}; all of an item that is just the outputs. */
export function workflowToolFields(json: IDataObject): string[] {
	return 'workflow_run_id' in json && 'nodes' in json ? TOOL_FIELDS : Object.keys(json);
}

/** One item for everything: what blocking mode returns, plus what was streamed and the nodes. */
function workflowItem(state: RunState): IDataObject {
	const run = state.finished ?? state.paused ?? {};
	const exceptions = Number(run.exceptions_count) || 0;
	return {
		...idsOfRun(state),
		status: statusOf(state),
		outputs: outputsOf(state),
		text: state.answer,
		files: state.files,
		elapsed_time: run.elapsed_time ?? null,
		total_tokens: run.total_tokens ?? null,
		total_steps: run.total_steps ?? null,
		created_at: run.created_at ?? state.createdAt ?? null,
		finished_at: run.finished_at ?? null,
		...(exceptions > 0 ? { exceptions_count: exceptions } : {}),
		nodes: shortNodes(state),
		...optionalFields(state),
	};
}

function idsOfRun(state: RunState): IDataObject {
	return { task_id: state.taskId ?? null, workflow_run_id: state.workflowRunId ?? null };
}

/**
 * An item for every execution. Where none is known (blocking mode), and where they were told again
 * without their data (a lost stream), one with the outputs of the run follows.
 */
function workflowNodes(state: RunState): IDataObject[] {
	const items = nodeItems(state, idsOfRun(state));
	if (items.length > 0 && !state.recovered) return items;
	const { nodes: _nodes, ...whole } = workflowItem(state);
	return [...items, { title: 'Workflow', ...whole }];
}

/** What of a run of a Workflow app becomes items, by output mode. */
export const WORKFLOW_OUTPUTS = {
	aggregated: (state: RunState) => [workflowItem(state)],
	perNode: workflowNodes,
	events,
};

/** What an error keeps of all that came before it. */
export function workflowReceived(state: RunState): IDataObject {
	return { outputs: outputsOf(state), text: state.answer, ...idsOfRun(state) };
}

/** The text to show to a caller who watches: the streamed one, else what would have been streamed. */
export function workflowText(state: RunState): string {
	return state.answer === '' ? (streamedText(outputsOf(state)) ?? '') : state.answer;
}

/**
 * Puts the text together that was lost with a stream: a server streams all outputs, with a line
 * break between two, and its other calls tell them (SERVER.md, "Workflow apps").
 *
 * @param before The text that had been received by then.
 */
export function mendText(state: RunState, before: string): TextChange | undefined {
	const text = streamedText(outputsOf(state));
	if (!text?.startsWith(before)) return undefined;
	state.hasGap = false;
	return replaceText(state, text);
}

/** The outputs as they are streamed; `undefined` if there are some whose form is not known. */
function streamedText(outputs: IDataObject): string | undefined {
	const texts = Object.values(outputs).map((value) =>
		isObject(value) ? JSON.stringify(value, null, 2) : value,
	);
	return texts.every((text) => typeof text === 'string') ? texts.join('\n') : undefined;
}
