import { isInteger, isSafeNumber, parse } from 'lossless-json';

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

const keepDigits = (text: string): number | string =>
	isInteger(text) && !isSafeNumber(text) ? text : Number(text);

/**
 * Only texts in which the built-in parser found a long integer are parsed a second time, by a parser
 * that is several times slower.
 */
function withDigits(text: string, value: unknown): unknown {
	if (!holdsLongNumber(value, 0)) return value;
	return parse(text, null, {
		parseNumber: keepDigits,
		onDuplicateKey: ({ newValue }) => newValue,
	});
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
