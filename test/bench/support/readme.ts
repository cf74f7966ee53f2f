import { readFileSync, writeFileSync } from 'node:fs';

const START = '<!-- measurements:start -->';
const END = '<!-- measurements:end -->';

/** Puts a text between the two markers of a file; fails when it has not got them. */
export function writeBetweenMarkers(file: string, text: string): void {
	const before = readFileSync(file, 'utf8');
	const start = before.indexOf(START);
	const end = before.indexOf(END);
	if (start < 0 || end < start) throw new Error(`${file} has no place for measurements (${START})`);
	const head = before.slice(0, start + START.length);
	writeFileSync(file, `${head}\n\n${text}\n\n${before.slice(end)}`);
}
