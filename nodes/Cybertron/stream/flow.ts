import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../shared/objects';
import { isShown, jumpTarget, nodeText } from './answer';
import { failureInText, failureOfCode, failureText } from './failure';
import type { Frame } from './frame';
import { answerOf, sixDigits } from './frame';
import type { NodeRun } from './nodeRun';
import { enteredVisit, noteDebug, speakingVisit, visit } from './nodeRun';
import type { RoundState } from './state';
import { fail, speak } from './state';
import { addChunk, addWhole, partText } from './textPart';
import { uploadRequest } from './upload';

type CodeHandler = (state: RoundState, frame: Frame) => void;

/** What each `data.code` of a flow frame means (facts 3.7). Codes that are not listed change nothing. */
const CODE_HANDLERS = new Map<string, CodeHandler>([
	['000000', onNodeOutput],
	['000301', onTransfer],
	['002000', onFlowEntered],
	['002001', onFlowLeft],
	['002002', onNodeEntered],
	['002003', onDebug],
	['002004', onWaiting],
	['002005', (state) => void (state.phase = 'done')],
	['002007', onJump],
	['002011', onFileUpload],
]);

/** Takes one flow frame into the round (facts 3.6 to 3.12). */
export function onFlowFrame(state: RoundState, frame: Frame): void {
	const { data, raw } = frame;
	const code = sixDigits(data.code);
	state.inFlow = true;
	// 002005 repeats the dialog id of the first round (T11).
	if (code !== '002005') state.dialogId ??= frame.dialogId;
	state.sessionId = asText(data.session_id) ?? state.sessionId;
	state.flowUuid = asText(data.flow_uuid) ?? state.flowUuid;
	state.flowName = asText(raw.flow_name) ?? state.flowName;
	noteOutput(state, data);
	const handler = CODE_HANDLERS.get(code);
	handler?.(state, frame);
	noteUpload(state, frame);
	if (!handler && /^0*[45]/.test(code)) fail(state, flowFailure(code, frame));
}

function flowFailure(code: string, { data, message }: Frame) {
	return failureOfCode(code, nodeText(data) || failureText(message, ''));
}

function noteOutput(state: RoundState, data: IDataObject): void {
	const output = asObject(data.output);
	state.entities = { ...state.entities, ...asObject(output.entities) };
	state.variables = { ...state.variables, ...asObject(output.variables) };
}

function onFlowEntered(state: RoundState): void {
	// After a jump the next flow begins in the round in which the first one ended.
	state.flowEnded = false;
	reopen(state);
}

function onFlowLeft(state: RoundState): void {
	state.flowEnded = true;
	state.waitingInput = false;
	end(state);
}

function onNodeEntered(state: RoundState, frame: Frame): void {
	if (!frame.data.cur_node_id && !frame.raw.cur_node_id && !frame.raw.node_id) return;
	enteredVisit(state, frame);
	reopen(state);
}

function onNodeOutput(state: RoundState, frame: Frame): void {
	const { data, raw } = frame;
	const run = speakingVisit(state, frame);
	if (!state.waitingInput && !state.flowEnded) reopen(state);
	if (Number(data.node_stream) === 1) onChunk(state, run, data);
	else onWhole(state, run, nodeText(data));
	if (Number(raw.node_waiting_input) === 1) waitForInput(state);
}

/** A chunk's text is `answer` alone: `output` repeats other texts while a node streams (facts 3.9). */
function onChunk(state: RoundState, run: NodeRun, data: IDataObject): void {
	const text = asText(answerOf(data)) ?? '';
	const last = data.node_answer_finish === 'y';
	const index = asText(data.node_answer_index);
	speak(state, run.parts, (parts) => addChunk(parts, { index: toIndex(index), text, last }));
	const part = last ? run.parts.at(-1) : undefined;
	const problem = part && failureInText(partText(part));
	if (problem) fail(state, problem);
}

/** The index is typed as text in one document and as a number in another (T16). */
function toIndex(index: string | undefined): number | undefined {
	const number = Number(index);
	return index === undefined || Number.isNaN(number) ? undefined : number;
}

function onWhole(state: RoundState, run: NodeRun, text: string): void {
	const problem = failureInText(text);
	if (problem) return fail(state, problem);
	const jump = jumpTarget(text);
	if (jump) state.jumpFlowUuid = jump;
	if (isShown(text)) speak(state, run.parts, (parts) => addWhole(parts, text));
}

/** A waiting frame repeats the question that the node asked; when it was not heard yet, it is the answer. */
function onWaiting(state: RoundState, frame: Frame): void {
	const known = visit(state, frame);
	const asked = asText(asObject(frame.data.output).robot_user_asking);
	const run = known ?? (asked ? speakingVisit(state, frame) : undefined);
	if (asked && run?.parts.length === 0) onWhole(state, run, asked);
	waitForInput(state);
}

function waitForInput(state: RoundState): void {
	state.waitingInput = true;
	state.flowEnded = false;
	end(state);
}

function onDebug(state: RoundState, frame: Frame): void {
	const run = visit(state, frame);
	if (run) noteDebug(run, frame);
}

/** Nothing documented must follow the report of an upload: it may be the end (facts 2.8, 3.10). */
function onFileUpload(state: RoundState, frame: Frame): void {
	visit(state, frame);
	end(state);
}

/** Who takes over is told beside the text; the history that comes along is not repeated (facts 3.6). */
function onTransfer(state: RoundState, { data, raw }: Frame): void {
	const fields = ['manual_reply', 'trigger_condition', 'manua_reply_name', 'manual_reply_name'];
	const told = { ...raw, ...data };
	state.transfer = Object.fromEntries(
		fields.filter((field) => told[field] !== undefined).map((field) => [field, told[field]]),
	);
}

function onJump(state: RoundState, { data, raw }: Frame): void {
	const text = nodeText(data);
	state.jumpFlowUuid =
		asText(data.jump_flow_uuid) ??
		asText(raw.jump_flow_uuid) ??
		jumpTarget(text) ??
		jumpTarget(`flow_jump::${text}`) ??
		state.jumpFlowUuid;
}

/** An upload node reports its own success beside the frame's, in two places (facts 2.6, 3.14). */
function noteUpload(state: RoundState, frame: Frame): void {
	const { data, raw } = frame;
	if (wantsFiles(frame)) end(state);
	for (const upload of [asObject(raw.file_upload), asObject(data.file_upload)]) {
		if (Object.keys(upload).length === 0) continue;
		state.fileUpload = upload;
		const code = sixDigits(upload.code);
		if (code !== '000000') fail(state, failureOfCode(code, asText(upload.message) ?? ''));
	}
}

/** Whether the flow names the files that it wants: then it waits for them, whatever else it says (facts 2.6). */
function wantsFiles({ data, raw }: Frame): boolean {
	const isUpload =
		raw.node_type === 'file_upload' ||
		[raw.file_upload, data.file_upload, data.upload_file_categories].some(Boolean);
	return isUpload && uploadRequest([raw, data]) !== undefined;
}

function end(state: RoundState): void {
	if (state.phase === 'open') state.phase = 'ending';
}

function reopen(state: RoundState): void {
	if (state.phase === 'ending') state.phase = 'open';
}
