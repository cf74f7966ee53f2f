import { isInteger, isSafeNumber, parse } from 'lossless-json';

const keepDigits = (text: string): number | string =>
	isInteger(text) && !isSafeNumber(text) ? text : Number(text);

/**
 * Parses JSON without losing digits: an integer that a double cannot hold comes out as a string,
 * every other number as a number (fractions keep JavaScript's usual precision).
 * Only texts in which the built-in parser found such an integer are parsed a second time, by a
 * parser that is many times slower.
 * Cybertron sends its `dialog_id` as a bare 64-bit integer.
 *
 * @throws SyntaxError if the text is not JSON.
 */
export function parseJson(text: string): unknown {
	const value: unknown = JSON.parse(text);
	if (!holdsLongNumber(value)) return value;
	return parse(text, null, {
		parseNumber: keepDigits,
		onDuplicateKey: ({ newValue }) => newValue,
	});
}

/** Like {@link parseJson}, but gives `undefined` for a text that is not JSON. */
export function tryParseJson(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

/** Whether the value is or has a number so large that digits may have been lost. */
function holdsLongNumber(value: unknown): boolean {
	if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
	if (typeof value !== 'object' || value === null) return false;
	if (Array.isArray(value)) return value.some(holdsLongNumber);
	for (const key in value) {
		if (holdsLongNumber((value as Record<string, unknown>)[key])) return true;
	}
	return false;
}
