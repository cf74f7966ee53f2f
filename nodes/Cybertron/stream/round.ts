import { asObject, asText } from '../../shared/objects';
import { answerText } from './answer';
import { failureInText, failureOfCode } from './failure';
import { onFlowFrame } from './flow';
import type { Frame, FrameKind } from './frame';
import { answerOf } from './frame';
import { runText } from './nodeRun';
import type { RoundState } from './state';
import { fail } from './state';

type Handler = (state: RoundState, frame: Frame) => void;

const HANDLERS: Record<FrameKind, Handler> = {
	heartbeat: () => {},
	ack: onAck,
	error: (state, { code, message }) => fail(state, failureOfCode(code, message)),
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
 * the whole history, copying would make long rounds quadratic. Frames after the end are left out.
 */
export function reduceFrame(state: RoundState, frame: Frame): RoundState {
	if (state.phase === 'done' || frame.kind === 'heartbeat') return state;
	state.frames += 1;
	state.events?.push(frame.raw);
	HANDLERS[frame.kind](state, frame);
	return state;
}

/**
 * The text of the round that a user sees: node outputs joined by a blank line, or the plain answer.
 * Source: contract, Cybertron `aggregated`.
 */
export function roundText(state: RoundState): string {
	const plain = state.answer === undefined ? joined(state.fragments) : answerText(state.answer);
	return [...state.nodes.map(runText), plain].filter(Boolean).join('\n\n');
}

/** Whether anything arrived that a user would miss. */
export function hasText(state: RoundState): boolean {
	return roundText(state) !== '';
}

function joined(fragments: Map<number, string>): string {
	return [...fragments.entries()]
		.sort(([left], [right]) => left - right)
		.map(([, text]) => text)
		.join('');
}

function onAck(state: RoundState, { data, dialogId }: Frame): void {
	state.taskId ??= asText(data.task_id);
	state.dialogId = dialogId ?? state.dialogId;
}

function onSearch(state: RoundState, { data }: Frame): void {
	const hit = asObject(data.answer);
	state.onlineSearch.push(Object.keys(hit).length > 0 ? hit : data);
}

function onImage(state: RoundState, { data, text }: Frame): void {
	const url = asText(answerOf(data)) ?? text;
	if (url && !state.images.includes(url)) state.images.push(url);
}

function onFragment(state: RoundState, frame: Frame): void {
	state.dialogId ??= frame.dialogId;
	const text = frame.text ?? answerText(answerOf(frame.data));
	if (isFailure(state, text)) return;
	state.fragments.set(frame.index, text);
}

/** The frame that ends a plain robot's reply carries the complete answer, not a piece (facts 3.5). */
function onAnswer(state: RoundState, frame: Frame): void {
	state.dialogId ??= frame.dialogId;
	const answer = frame.text ?? answerOf(frame.data) ?? frame.data;
	const text = answerText(answer);
	if (isFailure(state, text)) return;
	if (frame.raw.type === 'string') onLastFragment(state, frame, text);
	else if (text !== '' || typeof answer === 'object') state.answer = answer;
	// A plugin's answer comes twice, first unfinished (T22).
	if (frame.finished || frame.raw.type === 'llm_end') state.phase = endPhase(state);
}

/** A finished `string` frame is documented as the whole text; one that does not begin like it is the last piece. */
function onLastFragment(state: RoundState, frame: Frame, text: string): void {
	const soFar = joined(state.fragments);
	if (text.startsWith(soFar)) state.answer = text;
	else if (text !== '') state.fragments.set(frame.index, text);
}

/** Inside a flow, a plain final frame may be followed by the flow's own end (facts 3.10). */
function endPhase(state: RoundState): RoundState['phase'] {
	return state.nodes.length > 0 ? 'ending' : 'done';
}

function isFailure(state: RoundState, text: string): boolean {
	const problem = failureInText(text);
	if (problem) fail(state, problem);
	return problem !== undefined;
}
