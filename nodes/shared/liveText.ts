import type { IExecuteFunctions } from 'n8n-workflow';

import type { Redact } from './redact';
import { withoutBeginning } from './redact';
import { isToolRun } from './tool';

/** The text that a waiting chat or webhook caller sees while the answer is still being written. */
export interface LiveText {
	/** Passes a piece on at once. */
	append(text: string): Promise<void>;
	/**
	 * The text so far is this one now. What was sent cannot be taken back: if the new text goes on
	 * where the sent one ends, the rest is sent; otherwise a blank line and the whole new text.
	 */
	replace(text: string): Promise<void>;
	/** Ends the text of this item, as complete or as broken off with a message. What comes later is not shown. */
	end(error?: string): Promise<void>;
}

/** A longer beginning of a secret is no ordinary word. */
const MAX_BEGINNING = 8;

const SILENT: LiveText = {
	append: async () => {},
	replace: async () => {},
	end: async () => {},
};

/**
 * Opens the live text of one item. Does nothing unless the workflow answers its caller in streaming
 * mode, nor for the tool of an AI agent: what it says goes to the agent's model, not to the caller.
 * The bracket of `begin` and `end` is sent only if there is text.
 */
export function openLiveText(
	context: IExecuteFunctions,
	itemIndex: number,
	redact: Redact,
): LiveText {
	if (!context.isStreaming?.() || isToolRun(context)) return SILENT;
	let begun = false;
	/** The text as it is now, which a replacement may have begun anew; grows as a rope. */
	let current = '';
	let separator = '';
	/** Blanked text that is not sent yet: it may be the beginning of a secret. */
	let held = '';
	let over = false;
	// Typed as void, but the implementation is asynchronous: waiting keeps the pieces in order.
	const send = async (type: 'begin' | 'item' | 'end' | 'error', text?: string) => {
		await (context.sendChunk(type, itemIndex, text) as unknown as Promise<void>);
	};
	const show = async (text: string) => {
		if (text === '' || over) return;
		if (!begun) await send('begin');
		begun = true;
		const piece = separator + text;
		separator = '';
		await send('item', piece);
	};
	const append = async (text: string) => {
		current += text;
		const clean = redact(held + text);
		const ready = withoutBeginning(redact, clean);
		held = clean.slice(ready.length);
		await show(ready);
	};
	/** No more text follows: what was held back is the beginning of nothing, unless it is most of a secret. */
	const flush = async () => {
		const rest = held.length > MAX_BEGINNING ? '***' : held;
		held = '';
		await show(rest);
	};
	return {
		append,
		replace: async (text) => {
			if (text.startsWith(current)) {
				await append(text.slice(current.length));
				return;
			}
			if (begun) separator = '\n\n';
			current = '';
			held = '';
			await append(text);
		},
		end: async (error) => {
			if (over) return;
			await flush();
			over = true;
			if (error !== undefined) await send('error', redact(error));
			else if (begun) await send('end');
		},
	};
}
