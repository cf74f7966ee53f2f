import type { RoundState } from './state';
import type { TextPart } from './textPart';
import { partText } from './textPart';

/** How far the text of a round has been passed on to somebody who watches it grow. */
export interface LiveCursor {
	/** What was passed on of the text that is being passed on. */
	sent: string;
	/** The chunk of it that comes next. */
	chunk: number;
	/** What was passed on of the texts before it. */
	passed: string[];
	/** Whether anything was passed on at all: what begins after it is set off by a blank line. */
	heard: boolean;
}

/** The cursor of a round of which nothing was passed on. */
export function startCursor(): LiveCursor {
	return { sent: '', chunk: 0, passed: [], heard: false };
}

/**
 * The text that has become visible since the last call, in the order of {@link RoundState.spoken}:
 * the chunks of a text as they come, a text that is complete at once, a blank line between two texts.
 *
 * @param over Whether nothing more will come: what is left is given, finished or not.
 */
export function freshText(state: RoundState, cursor: LiveCursor, over = false): string {
	let fresh = '';
	for (;;) {
		const part = state.spoken[cursor.passed.length];
		if (!part) return over ? fresh + corrections(state, cursor) : fresh;
		const complete = part.finished || over;
		fresh += pass(cursor, complete ? rest(state, cursor, part) : nextChunks(cursor, part));
		if (!complete) return fresh;
		cursor.passed.push(cursor.sent);
		Object.assign(cursor, { chunk: 0, sent: '' });
	}
}

/** Texts that turned out to be others after they had been passed on, as a whole. */
function corrections({ spoken }: RoundState, { passed }: LiveCursor): string {
	const texts = spoken.map(partText);
	return texts
		.filter((text, i) => !passed[i]?.endsWith(text) && !(passed[i] === '' && text === texts[i - 1]))
		.map((text) => `\n\n${text}`)
		.join('');
}

function nextChunks(cursor: LiveCursor, { chunks }: TextPart): string {
	let text = '';
	for (let next = chunks.get(cursor.chunk); next !== undefined; next = chunks.get(cursor.chunk)) {
		text += next;
		cursor.chunk += 1;
	}
	return text;
}

/** What was not passed on of a text that is complete; all of it when it turned out to be another. */
function rest(state: RoundState, { passed, sent }: LiveCursor, part: TextPart): string {
	const text = partText(part);
	if (text.startsWith(sent)) {
		const before = state.spoken[passed.length - 1];
		const repeats = sent === '' && before !== undefined && partText(before) === text;
		return repeats ? '' : text.slice(sent.length);
	}
	return text && `\n\n${text}`;
}

function pass(cursor: LiveCursor, text: string): string {
	if (text === '') return '';
	const separator = cursor.sent === '' && cursor.heard ? '\n\n' : '';
	cursor.sent += text;
	cursor.heard = true;
	return separator + text;
}
