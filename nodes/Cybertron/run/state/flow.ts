import { asText, assign } from '../../../shared/values';
import { errorInText, errorOfCode, errorText, sixDigits, SUCCESS } from '../../transport/errors';
import { isShown, jumpTarget } from './answer';
import { HANDOVER } from './flowFrame';
import type { Frame } from './frame';
import type { NodeRun } from './nodeRun';
import { addDebugVariables, announcedRun, currentRun, speakingRun } from './nodeRun';
import type { RoundState } from './round';
import { addText, errorInPart, failRound } from './round';
import type { Chunk } from './textPart';
import { addChunk, addWhole } from './textPart';

type FlowFrame = Frame<'flow'>;

const ROUND_OVER = '002005';

/** What each code of a flow frame does (SERVER.md, "Flow codes"). Codes that are not listed change nothing. */
const REDUCERS = new Map<string, (state: RoundState, frame: FlowFrame) => void>([
	[SUCCESS, reduceOutput],
	[HANDOVER, (state, { handover }) => void (state.transfer = handover)],
	['002000', reduceFlowEntered],
	['002001', reduceFlowLeft],
	['002002', reduceNodeEntered],
	['002003', reduceDebug],
	['002004', reduceWaiting],
	[ROUND_OVER, (state) => void (state.phase = 'done')],
	['002007', reduceJump],
	['002011', reduceUpload],
]);

/** Takes one flow frame into the round. */
export function reduceFlowFrame(state: RoundState, frame: FlowFrame): void {
	const { code } = frame;
	state.inFlow = true;
	// The end of the round repeats the dialog id of the session's first one.
	if (code !== ROUND_OVER) state.dialogId ??= frame.dialogId;
	state.sessionId = frame.sessionId ?? state.sessionId;
	state.flowUuid = frame.flowUuid ?? state.flowUuid;
	state.flowName = frame.flowName ?? state.flowName;
	assign(state.entities, frame.entities);
	assign(state.variables, frame.variables);
	const reduce = REDUCERS.get(code);
	reduce?.(state, frame);
	// A flow that names the files it wants waits for them, whatever else it says.
	if (frame.isUpload && frame.wantedFiles) endSoon(state);
	for (const report of frame.uploads) {
		state.fileUpload = report;
		const uploadCode = sixDigits(report.code);
		if (uploadCode !== SUCCESS) {
			failRound(state, errorOfCode(uploadCode, asText(report.message) ?? ''));
		}
	}
	if (!reduce && /^0*[45]/.test(code)) {
		failRound(state, errorOfCode(code, frame.text || errorText(frame.message, '')));
	}
}

/** After a jump the next flow begins in the round in which the first one ended. */
function reduceFlowEntered(state: RoundState): void {
	state.flowEnded = false;
	reopen(state);
}

function reduceFlowLeft(state: RoundState): void {
	state.flowEnded = true;
	state.waitingInput = false;
	endSoon(state);
}

function reduceNodeEntered(state: RoundState, frame: FlowFrame): void {
	if (frame.nodeId === undefined) return;
	announcedRun(state, frame);
	reopen(state);
}

function reduceOutput(state: RoundState, frame: FlowFrame): void {
	const run = speakingRun(state, frame);
	if (!state.waitingInput && !state.flowEnded) reopen(state);
	if (frame.chunk) addStreamed(state, run, frame.chunk);
	else addComplete(state, run, frame.text);
	if (frame.waitsForInput) waitForInput(state);
}

function addStreamed(state: RoundState, run: NodeRun, chunk: Chunk): void {
	addText(state, run.parts, (parts) => addChunk(parts, chunk));
	const part = chunk.last ? run.parts.at(-1) : undefined;
	const error = part && errorInPart(part);
	if (error) failRound(state, error);
}

function addComplete(state: RoundState, run: NodeRun, text: string): void {
	const error = errorInText(text);
	if (error) return failRound(state, error);
	state.jumpFlowUuid = jumpTarget(text) ?? state.jumpFlowUuid;
	if (isShown(text)) addText(state, run.parts, (parts) => addWhole(parts, text));
}

/** The frame repeats the question that the node asked; if that has not come, it is the answer. */
function reduceWaiting(state: RoundState, frame: FlowFrame): void {
	const { asked } = frame;
	const run = currentRun(state, frame) ?? (asked ? speakingRun(state, frame) : undefined);
	if (asked && run?.parts.length === 0) addComplete(state, run, asked);
	waitForInput(state);
}

function reduceDebug(state: RoundState, frame: FlowFrame): void {
	const run = currentRun(state, frame);
	if (run) addDebugVariables(run, frame);
}

/** The documents name nothing that must follow the report of an upload: it may be the end. */
function reduceUpload(state: RoundState, frame: FlowFrame): void {
	currentRun(state, frame);
	endSoon(state);
}

function reduceJump(state: RoundState, { text, jumpFlowUuid }: FlowFrame): void {
	state.jumpFlowUuid =
		jumpFlowUuid ?? jumpTarget(text) ?? jumpTarget(`flow_jump::${text}`) ?? state.jumpFlowUuid;
}

function waitForInput(state: RoundState): void {
	state.waitingInput = true;
	state.flowEnded = false;
	endSoon(state);
}

function endSoon(state: RoundState): void {
	if (state.phase === 'open') state.phase = 'ending';
}

function reopen(state: RoundState): void {
	if (state.phase === 'ending') state.phase = 'open';
}
