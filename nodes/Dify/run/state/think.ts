/** A text taken apart: what the user is told, and what the model thought. */
export interface Split {
	answer: string;
	thought: string;
}

/** Takes a text apart while it arrives; tags may be split anywhere between two pieces. */
export interface ThinkSplitter {
	push(piece: string): Split;
	/** Answer text that is held back because it may be the beginning of a tag. */
	held(): string;
}

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Splits `<think>…</think>` blocks off a text: before Dify 1.15, and later in apps that are set so,
 * models put their reasoning there. White space after a block goes with it, blocks are
 * joined by a blank line, and a block that never ends reaches to the end of the text.
 */
export function createThinkSplitter(): ThinkSplitter {
	let inside = false;
	let held = '';
	let skipSpace = false;
	let blocks = 0;

	const emit = (split: Split, text: string) => {
		if (inside) {
			split.thought += text;
			return;
		}
		const shown = skipSpace ? text.trimStart() : text;
		if (shown !== '') skipSpace = false;
		split.answer += shown;
	};
	const toggle = (split: Split) => {
		inside = !inside;
		if (!inside) skipSpace = true;
		else if (++blocks > 1) split.thought += '\n\n';
	};

	return {
		push: (piece) => {
			const split: Split = { answer: '', thought: '' };
			let text = held + piece;
			held = '';
			for (;;) {
				const tag = inside ? CLOSE : OPEN;
				const at = text.indexOf(tag);
				if (at < 0) {
					const keep = beginningAtEnd(text, tag);
					emit(split, text.slice(0, text.length - keep));
					held = text.slice(text.length - keep);
					return split;
				}
				emit(split, text.slice(0, at));
				toggle(split);
				text = text.slice(at + tag.length);
			}
		},
		held: () => (inside ? '' : held),
	};
}

/** How many of the last characters of the text may be the beginning of the tag. */
function beginningAtEnd(text: string, tag: string): number {
	const at = text.lastIndexOf('<');
	if (at < 0 || text.length - at >= tag.length) return 0;
	return tag.startsWith(text.slice(at)) ? text.length - at : 0;
}

/** Takes a whole text apart. */
export function splitThinking(text: string): Split {
	const splitter = createThinkSplitter();
	const { answer, thought } = splitter.push(text);
	return { answer: answer + splitter.held(), thought };
}
