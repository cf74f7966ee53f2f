import { isObject } from './values';

const MAX_DEPTH = 100;
const NAMES: Record<string, unknown> = { None: null, True: true, False: false };
const CLOSING: Record<string, string> = { '[': ']', '(': ')', '{': '}' };
const ESCAPES: Record<string, string> = {
	n: '\n',
	r: '\r',
	t: '\t',
	b: '\b',
	f: '\f',
	v: '\v',
	a: '\x07',
	'\n': '',
};
/** Escapes that name a character by its number. */
const NUMBERED = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/;

/** A string of a literal: its text, and the characters between its quotes as they are written. */
export class PythonString {
	constructor(
		readonly text: string,
		readonly source: string,
	) {}
}

class NotALiteral extends Error {}

/**
 * Reads what Python prints for lists, tuples, dicts, strings, numbers, `None`, `True` and `False`:
 * servers put such texts where JSON is meant. Strings come out as {@link PythonString}, tuples as
 * arrays.
 *
 * @returns `undefined` if the text is anything else.
 */
export function parsePythonLiteral(text: string): unknown {
	const reader = { text, at: 0 };
	try {
		const value = readValue(reader, 0);
		skipBlanks(reader);
		return reader.at === text.length ? value : undefined;
	} catch {
		return undefined;
	}
}

/** A copy of what {@link parsePythonLiteral} gives, with every string as its text. */
export function plain(value: unknown): unknown {
	if (value instanceof PythonString) return value.text;
	if (Array.isArray(value)) return value.map(plain);
	if (!isObject(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

interface Reader {
	text: string;
	at: number;
}

function readValue(reader: Reader, depth: number): unknown {
	if (depth > MAX_DEPTH) throw new NotALiteral();
	skipBlanks(reader);
	const first = reader.text.charAt(reader.at);
	if (first === '{') return readDict(reader, depth);
	if (first === '[' || first === '(') return readList(reader, depth, CLOSING[first] ?? '');
	if (first === "'" || first === '"') return readString(reader, first);
	return readWord(reader);
}

function readList(reader: Reader, depth: number, closing: string): unknown[] {
	const entries: unknown[] = [];
	reader.at += 1;
	while (!take(reader, closing)) {
		entries.push(readValue(reader, depth + 1));
		if (!take(reader, ',')) expect(reader, closing, false);
	}
	return entries;
}

function readDict(reader: Reader, depth: number): Record<string, unknown> {
	const entries: Array<[string, unknown]> = [];
	reader.at += 1;
	while (!take(reader, '}')) {
		const key = readValue(reader, depth + 1);
		expect(reader, ':', true);
		const name = key instanceof PythonString ? key.text : String(key);
		entries.push([name, readValue(reader, depth + 1)]);
		if (!take(reader, ',')) expect(reader, '}', false);
	}
	return Object.fromEntries(entries);
}

function readString(reader: Reader, quote: string): PythonString {
	const start = reader.at + 1;
	const pieces: string[] = [];
	let from = start;
	for (let at = start; at < reader.text.length; at += 1) {
		const letter = reader.text.charAt(at);
		if (letter === quote) {
			reader.at = at + 1;
			pieces.push(reader.text.slice(from, at));
			return new PythonString(pieces.join(''), reader.text.slice(start, at));
		}
		if (letter !== '\\') continue;
		const { said, length } = escape(reader.text, at + 1);
		pieces.push(reader.text.slice(from, at), said);
		at += length;
		from = at + 1;
	}
	throw new NotALiteral();
}

/** Unknown escapes stand for themselves, backslash included, as in Python. */
function escape(text: string, at: number): { said: string; length: number } {
	const numbered = NUMBERED.exec(text.slice(at, at + 9));
	if (numbered) {
		const code = parseInt(numbered[1] ?? numbered[2] ?? numbered[3] ?? '', 16);
		if (code > 0x10ffff) throw new NotALiteral();
		return { said: String.fromCodePoint(code), length: numbered[0].length };
	}
	const letter = text.charAt(at);
	if (/['"\\]/.test(letter)) return { said: letter, length: 1 };
	return { said: ESCAPES[letter] ?? `\\${letter}`, length: 1 };
}

function readWord(reader: Reader): unknown {
	const word = /^[\w.+-]+/.exec(reader.text.slice(reader.at, reader.at + 64))?.[0] ?? '';
	reader.at += word.length;
	if (Object.hasOwn(NAMES, word)) return NAMES[word];
	const value = Number(word);
	if (word === '' || Number.isNaN(value)) throw new NotALiteral();
	return Number.isInteger(value) && !Number.isSafeInteger(value) ? word : value;
}

function take(reader: Reader, letter: string): boolean {
	skipBlanks(reader);
	if (reader.text.charAt(reader.at) !== letter) return false;
	reader.at += 1;
	return true;
}

/** Fails unless the letter comes next; takes it when asked to. */
function expect(reader: Reader, letter: string, taken: boolean): void {
	if (!take(reader, letter)) throw new NotALiteral();
	if (!taken) reader.at -= 1;
}

function skipBlanks(reader: Reader): void {
	while (/\s/.test(reader.text.charAt(reader.at))) reader.at += 1;
}
