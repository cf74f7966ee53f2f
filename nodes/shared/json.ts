import { isInteger, isSafeNumber, parse } from 'lossless-json';

/** An integer of 16 digits or more, with what stands before it; some of them are inside of texts. */
const LONG_INTEGER = /(^|[:,[])(\s*)(-?[1-9]\d{15,})(?=\s*(?:[,\]}]|$))/g;

const isTooLong = (digits: string) => isInteger(digits) && !isSafeNumber(digits);
const keepDigits = (text: string): number | string => (isTooLong(text) ? text : Number(text));

/**
 * Parses JSON without losing digits: an integer that a double cannot hold comes out as a string,
 * every other number as a number (fractions keep JavaScript's usual precision).
 * Only texts in which the built-in parser found such an integer are parsed a second time.
 * Source: Cybertron facts 3.15 (`dialog_id` is a bare 64-bit integer).
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): unknown {
	const value: unknown = JSON.parse(text);
	return holdsLongNumber(value) ? parseLongIntegers(text) : value;
}

/**
 * Puts long integers into quotes and lets the built-in parser have the result. An integer that
 * stood inside of a text ends that text with its quote and follows it directly, which no JSON does:
 * the built-in parser refuses that for certain, and one that is many times slower takes over.
 */
function parseLongIntegers(text: string): unknown {
	const quoted = text.replace(LONG_INTEGER, (all, before, space, digits: string) =>
		isTooLong(digits) ? `${before}${space}"${digits}"` : all,
	);
	try {
		return JSON.parse(quoted);
	} catch {
		return parse(text, null, {
			parseNumber: keepDigits,
			onDuplicateKey: ({ newValue }) => newValue,
		});
	}
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
