import { asText } from '../../shared/objects';
import type { DifyEvent } from './event';
import type { ChatState, TextChange } from './state';
import { createThinkSplitter } from './think';
import { claimText, moveTexts } from './trace';

/** A piece of the answer (`message`, facts 3.4). */
export function onMessage(state: ChatState, { raw }: DifyEvent): TextChange | undefined {
	state.replyId ??= asText(raw.id);
	const text = asText(raw.answer);
	if (text === undefined) return undefined;
	if (state.agentText) return onRepeatedText(state, text);
	return append(state, text, raw.from_variable_selector);
}

/** A piece of the answer of an agent app. */
export function onAgentMessage(state: ChatState, { raw }: DifyEvent): TextChange | undefined {
	state.mode = 'agent-chat';
	state.agentText = true;
	const text = asText(raw.answer);
	return text === undefined ? undefined : append(state, text, null);
}

/**
 * A new-agent app streams `agent_message` and then repeats the whole text in one `message`
 * (facts 3.4). Should it not repeat but go on, nothing of it is lost.
 */
function onRepeatedText(state: ChatState, text: string): TextChange | undefined {
	const before = state.answer;
	if (text === before) return undefined;
	const repeats = text.startsWith(before);
	return repeats ? replace(state, text) : append(state, text, null);
}

/** Takes the place of everything so far: moderation, or the text so far in a replay (facts 3.4, 3.7). */
export function onMessageReplace(state: ChatState, { raw }: DifyEvent): TextChange {
	if (raw.reason === 'output_moderation') state.moderated = true;
	return replace(state, asText(raw.answer) ?? '');
}

/** Text as Workflow apps stream it; the specification has it for Chatflows, too (facts 3.4). */
export function onTextChunk(state: ChatState, { data }: DifyEvent): void {
	state.chunks += asText(data.text) ?? '';
}

/** Takes the place of all text chunks so far. */
export function onTextReplace(state: ChatState, { data }: DifyEvent): void {
	state.chunks = asText(data.text) ?? '';
}

/** Puts a text that was fetched whole in the place of what was streamed. */
export function replace(state: ChatState, text: string): TextChange {
	const before = state.answer;
	const shown = state.thinking ? restartThinking(state, text) : text;
	state.answer = shown;
	moveTexts(state, shown.startsWith(before) ? shown.slice(before.length) : undefined);
	return { text: shown, replaces: true };
}

function restartThinking(state: ChatState, text: string): string {
	state.thinking = createThinkSplitter();
	const { answer, thought } = state.thinking.push(text);
	state.thought = thought;
	return answer;
}

function append(state: ChatState, text: string, selector: unknown): TextChange | undefined {
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
