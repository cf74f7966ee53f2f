import { isShown, jumpTarget } from './answer';
import { reduceFlowFrame } from './flow';
import type { Frame, FrameKind } from './frame';
import type { RoundState } from './round';
import { addText, failIfErrorText, failRound } from './round';
import { addChunk, completePart } from './textPart';

/** The server puts this, so spelt, before its welcome text. */
const WELCOME_MARK = /^wellcome/;

type Reducers = { [Kind in FrameKind]: (state: RoundState, frame: Frame<Kind>) => void };

const REDUCERS: Reducers = {
	heartbeat: () => {},
	other: () => {},
	ack: (state, { taskId, dialogId }) => {
		state.acknowledged = true;
		state.taskId = taskId ?? state.taskId;
		state.dialogId = dialogId ?? state.dialogId;
	},
	error: (state, { error }) => failRound(state, error),
	search: ({ onlineSearch }, { hit }) => {
		onlineSearch.set(JSON.stringify(hit), hit);
	},
	image: ({ images }, { url }) => {
		if (url) images.add(url);
	},
	reasoning: (state, { text }) => {
		state.reasoning += text;
	},
	flow: reduceFlowFrame,
	fragment: reduceFragment,
	answer: reduceAnswer,
};

/**
 * Takes one frame into the round. The round owns its state, which is changed in place: copying it for
 * every frame would make long rounds quadratic. A frame after the end may still add to the round, but
 * neither reopens it nor makes it fail.
 */
export function reduceFrame<Kind extends FrameKind>(state: RoundState, frame: Frame<Kind>): void {
	if (frame.kind === 'heartbeat') return;
	const { phase, error } = state;
	state.frames += 1;
	state.events?.push(frame.raw);
	state.wantedFiles = frame.wantedFiles ?? state.wantedFiles;
	REDUCERS[frame.kind](state, frame);
	if (phase === 'done') Object.assign(state, { phase, error });
}

function reduceFragment(state: RoundState, { dialogId, index, text }: Frame<'fragment'>): void {
	state.dialogId ??= dialogId;
	const shown = shownText(state, text, true);
	if (shown === undefined) return;
	addText(state, state.robotParts, (parts) => addChunk(parts, { index, text: shown, last: false }));
}

function reduceAnswer(state: RoundState, frame: Frame<'answer'>): void {
	const { index, last } = frame;
	state.dialogId ??= frame.dialogId;
	state.answerData = frame.object ?? state.answerData;
	state.answerType = frame.type ?? state.answerType;
	state.answerSource = frame.source ?? state.answerSource;
	const text = shownText(state, frame.text, frame.mayBePiece);
	if (text !== undefined) {
		const add = frame.mayBePiece ? addChunk : completePart;
		addText(state, state.robotParts, (parts) => add(parts, { index, text, last }));
		failIfErrorText(state);
	}
	// Inside a flow, the flow's own end may follow.
	const end = state.inFlow || state.jumpFlowUuid ? 'ending' : 'done';
	if (last && state.phase === 'open') state.phase = end;
}

/**
 * What a user sees of a text; `undefined` if nothing: jumps come in the same frames as answers.
 * A piece of blanks alone separates the words of its neighbours.
 */
function shownText(state: RoundState, received: string, mayBePiece: boolean): string | undefined {
	const text = state.welcome ? received.replace(WELCOME_MARK, '') : received;
	state.jumpFlowUuid = jumpTarget(text) ?? state.jumpFlowUuid;
	const isSpace = mayBePiece && text !== '' && text.trim() === '';
	return isSpace || isShown(text) ? text : undefined;
}
