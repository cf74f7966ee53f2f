import { asObject, asText, isObject } from '../../shared/objects';
import { answerText, answerValue, isShown, jumpTarget, nodeText } from './answer';
import { failureInText, failureOfCode, failureText } from './failure';
import { onFlowFrame } from './flow';
import type { Frame, FrameKind } from './frame';
import { answerOf } from './frame';
import type { RoundState } from './state';
import { fail, speak } from './state';
import { addChunk, completePart, partText } from './textPart';

/** The server puts this, so spelt, before its welcome text (T21). */
const WELCOME_MARK = /^wellcome/;

type Handler = (state: RoundState, frame: Frame) => void;

const HANDLERS: Record<FrameKind, Handler> = {
	heartbeat: () => {},
	other: () => {},
	ack: onAck,
	error: onError,
	search: onSearch,
	image: onImage,
	reasoning: (state, { data, text }) => {
		state.reasoning += asText(data.content) ?? text ?? '';
	},
	flow: onFlowFrame,
	fragment: onFragment,
	answer: onAnswer,
};

/**
 * Takes one frame into the round. The round owns its state and is changed in place: a frame repeats
 * the whole history, copying would make long rounds quadratic. A frame after the end may still add
 * to the round, but neither reopens it nor makes it fail.
 */
export function reduceFrame(state: RoundState, frame: Frame): RoundState {
	if (frame.kind === 'heartbeat') return state;
	const { phase, problem } = state;
	state.frames += 1;
	state.events?.push(frame.raw);
	HANDLERS[frame.kind](state, frame);
	if (phase === 'done') Object.assign(state, { phase, problem });
	return state;
}

/**
 * The text of the round that a user sees: what nodes and robot said, joined by blank lines, without
 * texts that repeat the one before (facts 3.12).
 */
export function roundText(state: RoundState): string {
	return state.spoken
		.map(partText)
		.filter((text, i, texts) => text !== '' && text !== texts[i - 1])
		.join('\n\n');
}

/** Whether anything arrived that a user would miss. */
export function hasText(state: RoundState): boolean {
	return state.spoken.some((part) => partText(part) !== '');
}

function onAck(state: RoundState, { data, dialogId }: Frame): void {
	state.acked = true;
	state.taskId = asText(data.task_id) ?? state.taskId;
	state.dialogId = dialogId ?? state.dialogId;
}

function onError(state: RoundState, { code, message, data, text }: Frame): void {
	fail(state, failureOfCode(code, failureText(message, text ?? nodeText(data))));
}

function onSearch(state: RoundState, { data }: Frame): void {
	const answer = asObject(data.answer);
	const hit = Object.keys(answer).length > 0 ? answer : data;
	const text = JSON.stringify(hit);
	if (state.onlineSearch.some((known) => JSON.stringify(known) === text)) return;
	state.onlineSearch.push(hit);
}

function onImage(state: RoundState, { data, text }: Frame): void {
	const url = asText(answerOf(data)) ?? text;
	if (url && !state.images.includes(url)) state.images.push(url);
}

function onFragment(state: RoundState, frame: Frame): void {
	state.dialogId ??= frame.dialogId;
	const text = shownText(state, frame.text ?? answerOf(frame.data));
	if (!isForUser(state, text)) return;
	speak(state, state.robot, (parts) => addChunk(parts, { index: frame.index, text, last: false }));
}

/** The frame that ends a plain robot's reply carries the complete answer, not a piece (facts 3.5). */
function onAnswer(state: RoundState, frame: Frame): void {
	state.dialogId ??= frame.dialogId;
	const { data, index } = frame;
	const answer = frame.text ?? answerValue(data) ?? data;
	const text = shownText(state, answer);
	const last = frame.finished || frame.raw.type === 'llm_end';
	if (isObject(answer) && answer !== data) state.answerData = answer;
	state.answerType = asText(data.type) ?? state.answerType;
	state.answerSource = asText(data.answer_source) ?? state.answerSource;
	if (isForUser(state, text)) {
		// A finished `string` frame is documented as the whole text, but may be the last piece.
		const add = frame.raw.type === 'string' ? addChunk : completePart;
		speak(state, state.robot, (parts) => add(parts, { index, text, last }));
		failIfFailure(state);
	}
	if (last && state.phase === 'open') state.phase = endPhase(state);
}

function shownText({ welcome }: RoundState, answer: unknown): string {
	const text = answerText(answer);
	return welcome ? text.replace(WELCOME_MARK, '') : text;
}

/** Whether the text is to be shown: jumps come in the same frames as answers (facts 3.11). */
function isForUser(state: RoundState, text: string): boolean {
	state.jumpFlowUuid = jumpTarget(text) ?? state.jumpFlowUuid;
	return isShown(text);
}

/**
 * Fails the round when what the robot said last is the text of a failure (T24). Asked when the text
 * is complete: pieces of an answer may look like anything.
 */
export function failIfFailure(state: RoundState): void {
	const said = state.spoken.at(-1);
	const problem = said && failureInText(partText(said));
	if (problem) fail(state, problem);
}

/** Inside a flow, a plain final frame may be followed by the flow's own end (facts 3.10). */
function endPhase(state: RoundState): RoundState['phase'] {
	return state.inFlow || state.jumpFlowUuid ? 'ending' : 'done';
}
