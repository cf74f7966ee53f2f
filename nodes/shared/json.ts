import { ChatflowError } from './errors';

/** Deepest nesting that is read. n8n's own work on items fails at some thousand levels. */
const MAX_DEPTH = 500;

/**
 * Parses JSON without losing digits: an integer that a double cannot hold comes out as a string,
 * every other number as a number (fractions keep JavaScript's usual precision).
 * Cybertron sends its `dialog_id` as a bare 64-bit integer.
 *
 * @throws SyntaxError if the text is not JSON, ChatflowError if it is nested too deeply.
 */
export function parseJson(text: string): unknown {
	return withDigits(text, JSON.parse(text));
}

/** Like {@link parseJson}, but gives `undefined` for a text that is not JSON. */
export function tryParseJson(text: string): unknown {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	return withDigits(text, value);
}

/** Only texts in which the built-in parser found a long integer are looked through a second time. */
function withDigits(text: string, value: unknown): unknown {
	return holdsLongNumber(value, 0) ? JSON.parse(withQuotedIntegers(text)) : value;
}

/** An integer of 16 digits or more; what may follow makes it another kind of number. */
const LONG_INTEGER = /-?\d{16,}[.eE]?/g;

/**
 * Puts quotes around integers that a double cannot hold, so that the built-in parser keeps their digits:
 * it is 5 to 100 times as fast as a JSON parser in JavaScript. Every frame of Cybertron has such an id.
 *
 * @param json A valid JSON text.
 */
function withQuotedIntegers(json: string): string {
	const parts: string[] = [];
	let copied = 0;
	/** The next string, and where the one before it ends: what looks like a number in it is none. */
	let nextQuote = json.indexOf('"');
	let afterString = 0;
	for (const { 0: number, index: at } of json.matchAll(LONG_INTEGER)) {
		while (nextQuote >= 0 && nextQuote < at) {
			afterString = endOfString(json, nextQuote);
			nextQuote = json.indexOf('"', afterString);
		}
		if (at < afterString || !isLongInteger(number, json.charAt(at - 1))) continue;
		parts.push(json.slice(copied, at), `"${number}"`);
		copied = at + number.length;
	}
	return parts.join('') + json.slice(copied);
}

/** @param before The character before it: it may be the fraction or the exponent of another number. */
function isLongInteger(number: string, before: string): boolean {
	return !/[.eE+]/.test(before) && !/[.eE]$/.test(number) && String(Number(number)) !== number;
}

function endOfString(json: string, quote: number): number {
	for (let end = json.indexOf('"', quote + 1); ; end = json.indexOf('"', end + 1)) {
		let backslash = end;
		while (json.charAt(backslash - 1) === '\\') backslash -= 1;
		if ((end - backslash) % 2 === 0) return end + 1;
	}
}

/** Whether the value is or has a number so large that digits may have been lost. */
function holdsLongNumber(value: unknown, depth: number): boolean {
	if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
	if (typeof value !== 'object' || value === null) return false;
	if (depth > MAX_DEPTH) throw tooDeep();
	let found = false;
	// Looks at everything: what lies behind a long number may be nested too deeply as well.
	for (const entry of Array.isArray(value) ? value : Object.values(value)) {
		if (typeof entry === 'string') continue;
		if (holdsLongNumber(entry, depth + 1)) found = true;
	}
	return found;
}

function tooDeep(): ChatflowError {
	return new ChatflowError({
		message: `The server sent JSON that is nested more than ${MAX_DEPTH} levels deep`,
		description: 'Check what the server at the Base URL is, and what the flow puts out',
		details: { code: 'too_deep' },
	});
}
