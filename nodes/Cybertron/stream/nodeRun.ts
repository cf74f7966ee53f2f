import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import type { Frame } from './frame';
import { answerOf } from './frame';
import type { RoundState } from './state';
import type { TextPart } from './textPart';
import { partText } from './textPart';

/** One visit of the flow to one node. */
export interface NodeRun {
	nodeId: string;
	nodeType?: string;
	nodeTitle?: string;
	flowUuid?: string;
	parts: TextPart[];
	entities: IDataObject;
	variables: IDataObject;
	/** Whether the server has announced this visit (002002), which it does in debug runs only. */
	entered: boolean;
	/** Number of the last frame that belonged to this visit: the order in which nodes end. */
	lastFrame: number;
}

/** All texts of the visit, joined by a blank line. */
export function runText(run: NodeRun): string {
	return run.parts.map(partText).filter(Boolean).join('\n\n');
}

/** The node that a flow frame is about. Its id is written in up to three places (facts 3.6). */
function nodeIdOf({ data, raw }: Frame): string | undefined {
	return asText(data.cur_node_id) ?? asText(raw.cur_node_id) ?? asText(raw.node_id);
}

/**
 * The visit that a frame belongs to: the latest one of its node, or a new one. A frame that names no
 * node belongs to the node before it, if there was one.
 */
export function visit(state: RoundState, frame: Frame): NodeRun | undefined {
	const isNamed = nodeIdOf(frame) !== undefined;
	const run = isNamed ? (latest(state, frame) ?? open(state, frame)) : state.nodes.at(-1);
	return run && note(run, state, frame);
}

/**
 * The visit in which a node says something. Without announcements, a node that begins to speak again
 * after another one came is visited again: each pass through a loop is a visit of its own.
 */
export function speakingVisit(state: RoundState, frame: Frame): NodeRun {
	const known = latest(state, frame);
	const passed =
		known && !known.entered && known !== state.nodes.at(-1) && hasSpoken(known) && begins(frame);
	return note(known && !passed ? known : open(state, frame), state, frame);
}

function hasSpoken({ parts }: NodeRun): boolean {
	return parts.length > 0 && parts.every(({ finished }) => finished);
}

/** Whether the frame is a whole answer or the first chunk of one. */
function begins({ data }: Frame): boolean {
	return Number(data.node_stream) !== 1 || Number(data.node_answer_index ?? 0) === 0;
}

/** The announced visit of a node; a repeated announcement is the same visit. */
export function enteredVisit(state: RoundState, frame: Frame): NodeRun {
	const last = state.nodes.at(-1);
	const same = last !== undefined && last.nodeId === nodeIdOf(frame);
	// An announcement may come late, after the node's first frame.
	const known = same && (!last.entered || last.parts.length === 0) ? last : undefined;
	const run = note(known ?? open(state, frame), state, frame);
	run.entered = true;
	return run;
}

function latest(state: RoundState, frame: Frame): NodeRun | undefined {
	const nodeId = nodeIdOf(frame) ?? '';
	return state.nodes.findLast((run) => run.nodeId === nodeId);
}

function open(state: RoundState, frame: Frame): NodeRun {
	const run: NodeRun = {
		nodeId: nodeIdOf(frame) ?? '',
		parts: [],
		entities: {},
		variables: {},
		entered: false,
		lastFrame: state.frames,
	};
	state.nodes.push(run);
	return run;
}

/** Takes over what a flow frame tells about its node beside the text. */
function note(run: NodeRun, state: RoundState, { raw, data }: Frame): NodeRun {
	const output = asObject(data.output);
	run.lastFrame = state.frames;
	run.nodeType = asText(raw.node_type) ?? run.nodeType;
	run.nodeTitle = asText(raw.node_title) ?? run.nodeTitle;
	run.flowUuid = asText(data.flow_uuid) ?? run.flowUuid;
	run.entities = { ...run.entities, ...asObject(output.entities) };
	run.variables = { ...run.variables, ...asObject(output.variables) };
	return run;
}

/** A code node tells its variables as JSON in a debug text; `output` has them from the next node on (facts 3.7). */
export function noteDebug(run: NodeRun, { data }: Frame): void {
	const told =
		run.nodeType === 'flow_code' ? tryParseJson(String(answerOf(data) ?? '')) : undefined;
	run.variables = { ...run.variables, ...asObject(told) };
}
