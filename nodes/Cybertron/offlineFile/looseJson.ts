import { tryParseJson } from '../../shared/json';
import { isObject } from '../../shared/values';
import { parsePythonLiteral, PythonString } from '../../shared/pythonLiteral';

const FENCE = '```';
/** A text that is JSON of a text that is JSON ...: deeper ones are left as they are. */
const MAX_LAYERS = 4;

/**
 * The object or list that a text holds, however the server wrapped it: plain JSON, JSON in a code
 * fence, JSON as the text of JSON, what Python prints for a list or dict, or a Python list around a
 * JSON text (SERVER.md, "Loose JSON"). Texts inside a list that are JSON come out decoded; a list of
 * one such text gives what the text holds.
 *
 * @returns `undefined` if there is no such thing (prose, a number, JSON that was cut off).
 */
export function decodeLooseJson(text: string): unknown {
	return decode(text, MAX_LAYERS);
}

function decode(text: string, layers: number): unknown {
	if (layers === 0) return undefined;
	for (const candidate of [text, ...fenced(text)]) {
		const found = held(tryParseJson(candidate), layers) ?? held(python(candidate), layers);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** What stands between the first fence and the last one, and between the first two. */
function fenced(text: string): string[] {
	const opening = text.indexOf(FENCE);
	if (opening < 0) return [];
	const from =
		opening +
		FENCE.length +
		(/^[\w-]*/.exec(text.slice(opening + FENCE.length, opening + 40))?.[0].length ?? 0);
	const ends = [text.lastIndexOf(FENCE), text.indexOf(FENCE, from)].filter((end) => end > from);
	return [...new Set(ends)].map((end) => text.slice(from, end));
}

function python(text: string): unknown {
	return /^\s*[[({]/.test(text) ? parsePythonLiteral(text.trim()) : undefined;
}

/** The object or list in a parsed value; texts in a list, and a text itself, are looked into. */
function held(value: unknown, layers: number): unknown {
	if (typeof value === 'string') return decode(value, layers - 1);
	if (!Array.isArray(value)) return isObject(value) ? plain(value) : undefined;
	const entries = value.map((entry) => listEntry(entry, layers));
	const [only] = entries;
	return isText(value[0]) && entries.length === 1 && typeof only === 'object' ? only : entries;
}

function listEntry(entry: unknown, layers: number): unknown {
	if (!isText(entry)) return plain(entry);
	return decodeString(entry, layers);
}

function isText(value: unknown): value is string | PythonString {
	return typeof value === 'string' || value instanceof PythonString;
}

/**
 * Some servers escape the text of a Python string once too little: then its letters as they stand
 * between the quotes are the JSON (the vendor's own example is one).
 */
function decodeString(entry: string | PythonString, layers: number): unknown {
	if (typeof entry === 'string') return decode(entry, layers - 1) ?? entry;
	return decode(entry.text, layers - 1) ?? decode(entry.source, layers - 1) ?? entry.text;
}

/** The value with plain texts in the place of Python's. */
function plain(value: unknown): unknown {
	if (value instanceof PythonString) return value.text;
	if (Array.isArray(value)) return value.map(plain);
	if (!isObject(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
