import type { RoundState } from './round';
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
	/** Whether text was passed on before: what begins after it is set off by a blank line. */
	follows: boolean;
}

/**
 * The cursor of a round of which nothing was passed on.
 *
 * @param follows Whether text of an earlier round was passed on.
 */
export function startCursor(follows = false): LiveCursor {
	return { sent: '', chunk: 0, passed: [], follows };
}

/**
 * The text that has become visible since the last call, in the order of {@link RoundState.parts}: the
 * chunks of a text as they come, a text that is complete at once, a blank line between two texts.
 *
 * @param over Whether nothing more will come: what is left is given, finished or not.
 */
export function freshText(state: RoundState, cursor: LiveCursor, over = false): string {
	let fresh = '';
	for (;;) {
		const part = state.parts[cursor.passed.length];
		if (!part) return over ? fresh + corrections(state, cursor) : fresh;
		const complete = part.finished || over;
		fresh += pass(cursor, complete ? rest(state, cursor, part) : nextChunks(cursor, part));
		if (!complete) return fresh;
		cursor.passed.push(cursor.sent);
		Object.assign(cursor, { chunk: 0, sent: '' });
	}
}

/** Texts that turned out to be others after they had been passed on, as a whole. */
function corrections({ parts }: RoundState, { passed }: LiveCursor): string {
	const texts = parts.map(partText);
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

/** What was not passed on of a text that is complete; all of it if it turned out to be another. */
function rest({ parts }: RoundState, { passed, sent }: LiveCursor, part: TextPart): string {
	const text = partText(part);
	if (!text.startsWith(sent)) return text && `\n\n${text}`;
	const before = parts[passed.length - 1];
	const repeats = sent === '' && before !== undefined && partText(before) === text;
	return repeats ? '' : text.slice(sent.length);
}

function pass(cursor: LiveCursor, text: string): string {
	if (text === '') return '';
	const separator = cursor.sent === '' && cursor.follows ? '\n\n' : '';
	cursor.sent += text;
	cursor.follows = true;
	return separator + text;
}
