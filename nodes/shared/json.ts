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

/** Only texts in which the built-in parser found a long integer are parsed a second time. */
function withDigits(text: string, value: unknown): unknown {
	return holdsLongNumber(value, 0) ? JSON.parse(withQuotedIntegers(text)) : value;
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

const QUOTE = 34;
const BACKSLASH = 92;

/** Valid JSON with quotes around the integers that a double cannot hold. */
function withQuotedIntegers(json: string): string {
	let quoted = '';
	let from = 0;
	for (let at = 0; at < json.length; at++) {
		const code = json.charCodeAt(at);
		if (code === QUOTE) at = endOfString(json, at);
		else if (isOfNumber(code)) {
			const start = at;
			while (isOfNumber(json.charCodeAt(at + 1))) at += 1;
			// Shorter ones are exact.
			if (at - start < 15 || !isLongInteger(json.slice(start, at + 1))) continue;
			quoted += `${json.slice(from, start)}"${json.slice(start, at + 1)}"`;
			from = at + 1;
		}
	}
	return quoted + json.slice(from);
}

function endOfString(json: string, start: number): number {
	let at = start + 1;
	for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) {
		at += code === BACKSLASH ? 2 : 1;
	}
	return at;
}

/** A digit, or one of `+-.Ee`. In `true` and `false` there is an `e` as well, which is no integer. */
function isOfNumber(code: number): boolean {
	return (
		(code >= 48 && code <= 57) ||
		code === 43 ||
		code === 45 ||
		code === 46 ||
		code === 69 ||
		code === 101
	);
}

function isLongInteger(token: string): boolean {
	const value = Number(token);
	if (Number.isNaN(value) || Number.isSafeInteger(value) || /[.eE]/.test(token)) return false;
	return String(value) !== token;
}
