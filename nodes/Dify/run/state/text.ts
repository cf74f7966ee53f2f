import type { RunState, TextChange } from './state';
import { createThinkSplitter, splitThinking } from './think';
import { claimText, moveTexts } from './trace';

/** An event that only Agent apps send. */
export function onAgentEvent(state: RunState): void {
	if (state.mode !== 'agent') state.mode = 'agent-chat';
}

/** A piece of the answer of an agent app. */
export function onAgentText(state: RunState, text: string | undefined): TextChange | undefined {
	onAgentEvent(state);
	state.agentText ??= true;
	return text === undefined ? undefined : appendText(state, text, null);
}

/**
 * An agent app streams `agent_message` and then repeats the whole text in one `message`. Should it
 * not repeat but go on, nothing of it is lost.
 */
export function onRepeatedText(state: RunState, text: string): TextChange | undefined {
	// Once only: each further look at the text would copy it.
	state.agentText = false;
	const said = state.answer + (state.thinking?.held() ?? '');
	const repeated = state.thinking ? splitThinking(text).answer : text;
	if (said.trimEnd().endsWith(repeated.trim())) return undefined;
	return repeated.startsWith(said) ? replaceText(state, text) : appendText(state, text, null);
}

/**
 * Puts a text in the place of everything so far: what moderation says instead, the text so far in a
 * replay, or one that was fetched whole.
 */
export function replaceText(state: RunState, text: string): TextChange {
	const before = state.answer;
	const shown = state.thinking ? restartThinking(state, text) : text;
	state.answer = shown;
	moveTexts(state, shown.startsWith(before) ? shown.slice(before.length) : undefined);
	return { text: shown, replaces: true };
}

function restartThinking(state: RunState, text: string): string {
	state.thinking = createThinkSplitter();
	const { answer, thought } = state.thinking.push(text);
	state.thought = thought;
	return answer;
}

/**
 * Adds a piece to the answer.
 *
 * @param selector Where the piece comes from, see {@link claimText}.
 */
export function appendText(
	state: RunState,
	text: string,
	selector: unknown,
): TextChange | undefined {
	let shown = text;
	if (state.thinking) {
		const split = state.thinking.push(text);
		state.thought += split.thought;
		shown = split.answer;
	}
	if (shown === '') return undefined;
	// Never compared or measured here: the text grows as a rope, and a look at it would copy it.
	state.answer += shown;
	claimText(state, selector, shown);
	return { text: shown, replaces: false };
}

/** Two changes in a row as one. The first is used up: a copy for every event would cost more than the rest. */
export function joinChanges(
	first: TextChange | undefined,
	second: TextChange | undefined,
): TextChange | undefined {
	if (!first || !second) return first ?? second;
	if (second.replaces) return second;
	first.text += second.text;
	return first;
}
