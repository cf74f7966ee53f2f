import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../shared/objects';
import { isShown, jumpTarget, nodeText } from './answer';
import { failureInText, failureOfCode } from './failure';
import type { Frame } from './frame';
import { answerOf, sixDigits } from './frame';
import type { NodeRun } from './nodeRun';
import { addChunk, addWhole, noteNode, partText } from './nodeRun';
import type { RoundState } from './state';
import { fail } from './state';

type CodeHandler = (state: RoundState, frame: Frame) => void;

/** What each `data.code` of a flow frame means (facts 3.7). Codes that are not listed change nothing. */
const CODE_HANDLERS: Record<string, CodeHandler> = {
	'000000': onNodeOutput,
	'000301': (state, { data }) => {
		state.transfer = data;
	},
	'002001': (state, { data }) => {
		noteOutput(state, data);
		state.flowEnded = true;
		state.phase = 'ending';
	},
	'002002': onNodeEntered,
	'002003': (state, frame) => {
		visit(state, frame);
	},
	'002004': onWaiting,
	'002005': (state) => {
		state.phase = 'done';
	},
	'002007': (state, { data }) => {
		state.jumpFlowUuid = jumpUuid(data) ?? state.jumpFlowUuid;
	},
	'002011': onFileUpload,
	'400000': (state, { data, message }) => {
		fail(state, failureOfCode('400000', asText(answerOf(data)) ?? message));
	},
};

/** Takes one flow frame into the round (facts 3.6 to 3.12). */
export function onFlowFrame(state: RoundState, frame: Frame): void {
	const { data, raw } = frame;
	const code = sixDigits(data.code);
	// 002005 repeats the dialog id of the first round (T11).
	if (code !== '002005') state.dialogId ??= frame.dialogId;
	state.sessionId = asText(data.session_id) ?? state.sessionId;
	state.flowUuid = asText(data.flow_uuid) ?? state.flowUuid;
	state.flowName = asText(raw.flow_name) ?? state.flowName;
	noteUpload(state, frame);
	CODE_HANDLERS[code]?.(state, frame);
	if (/^[45]/.test(code) && !CODE_HANDLERS[code]) fail(state, failureOfCode(code, nodeText(data)));
}

function onNodeOutput(state: RoundState, frame: Frame): void {
	const { data, raw } = frame;
	const text = nodeText(data);
	const problem = failureInText(text);
	if (problem) return fail(state, problem);
	const jump = jumpTarget(text);
	if (jump) state.jumpFlowUuid = jump;

	const run = visit(state, frame);
	if (Number(data.node_stream) === 1) onChunk(run, data);
	else if (isShown(text)) say(state, run, text);
	if (Number(raw.node_waiting_input) === 1) onWaitingFlag(state);
}

/** A chunk's text is `answer` alone: `output` repeats other texts while a node streams (facts 3.9). */
function onChunk(run: NodeRun, data: IDataObject): void {
	const text = asText(answerOf(data)) ?? '';
	const last = data.node_answer_finish === 'y';
	addChunk(run, Number(data.node_answer_index ?? 0), text, last);
}

/** Nodes that pass a text on repeat it; said twice in a row it is one text (facts 3.12). */
function say(state: RoundState, run: NodeRun, text: string): void {
	const before = state.nodes
		.filter((node) => node !== run)
		.at(-1)
		?.parts.at(-1);
	if (run.parts.length === 0 && before && partText(before) === text) return;
	addWhole(run, text);
}

function onNodeEntered(state: RoundState, frame: Frame): void {
	const nodeId = nodeIdOf(frame);
	if (nodeId) open(state, frame, nodeId);
}

/** A waiting frame repeats the question that the node asked; when it was not heard yet, it is the answer. */
function onWaiting(state: RoundState, frame: Frame): void {
	const run = visit(state, frame);
	const asked = asText(asObject(frame.data.output).robot_user_asking);
	if (asked && run.parts.length === 0) say(state, run, asked);
	onWaitingFlag(state);
}

function onWaitingFlag(state: RoundState): void {
	state.waitingInput = true;
	state.phase = 'ending';
}

function onFileUpload(state: RoundState, frame: Frame): void {
	visit(state, frame);
}

/** An upload node reports its own success beside the frame's, in two places (facts 2.6, 3.14). */
function noteUpload(state: RoundState, { data, raw }: Frame): void {
	const upload = { ...asObject(raw.file_upload), ...asObject(data.file_upload) };
	if (Object.keys(upload).length === 0) return;
	state.fileUpload = upload;
	const code = sixDigits(upload.code);
	if (code !== '000000') fail(state, failureOfCode(code, asText(upload.message) ?? ''));
}

function nodeIdOf({ data, raw }: Frame): string | undefined {
	return asText(data.cur_node_id) ?? asText(raw.cur_node_id) ?? asText(raw.node_id);
}

/** The visit that a frame belongs to: the latest one of its node, or a new one. */
function visit(state: RoundState, frame: Frame): NodeRun {
	const nodeId = nodeIdOf(frame) ?? '';
	const known = state.nodes.filter((node) => node.nodeId === nodeId).at(-1);
	const run = known ?? open(state, frame, nodeId);
	run.lastFrame = state.frames;
	noteNode(run, frame.raw, frame.data);
	noteOutput(state, frame.data);
	return run;
}

function open(state: RoundState, frame: Frame, nodeId: string): NodeRun {
	const run: NodeRun = { nodeId, parts: [], entities: {}, variables: {}, lastFrame: state.frames };
	noteNode(run, frame.raw, frame.data);
	state.nodes.push(run);
	return run;
}

function noteOutput(state: RoundState, data: IDataObject): void {
	const output = asObject(data.output);
	state.entities = { ...state.entities, ...asObject(output.entities) };
	state.variables = { ...state.variables, ...asObject(output.variables) };
}

function jumpUuid(data: IDataObject): string | undefined {
	const text = nodeText(data);
	return asText(data.jump_flow_uuid) ?? jumpTarget(text) ?? jumpTarget(`flow_jump::${text}`);
}
