import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBetweenMarkers } from '../../bench/support/readme';
import { atMost, type Outcome, type Row } from '../../bench/support/row';
import { markdownDetails, markdownTable, outcomeLines } from '../../bench/support/table';
import { rootFolder } from '../../support/n8n/installation';

const row = (number: number): Row => ({
	number,
	what: `thing ${number}`,
	measure: async () => [],
});

const outcome = (value: number): Outcome =>
	atMost(2, { name: `name ${value}`, value, show: String, details: [`because of ${value}`] });

const measured = [
	{ row: row(1), outcomes: [outcome(1), outcome(3)] },
	{ row: row(2), outcomes: [outcome(2)] },
];

describe('the table', () => {
	it('has a line for every number, and says which goal was missed', () => {
		const lines = markdownTable(measured).split('\n');
		const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));
		const [head, rule, ...body] = cells.map((line) => line.slice(1, -1));
		expect(head).toEqual(['#', 'what', 'measure', 'measured', 'goal']);
		expect(rule?.every((cell) => /^-{3,}$/.test(cell))).toBe(true);
		expect(body).toEqual([
			['1', 'thing 1', 'name 1', '1', 'at most 2'],
			['', '', 'name 3', '3', 'at most 2 (missed)'],
			['2', 'thing 2', 'name 2', '2', 'at most 2'],
		]);
		expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
	});

	it('tells about every number how it came about', () => {
		const text = markdownDetails(measured);
		expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
			'- 1: because of 1',
			'- 1: because of 3',
			'- 2: because of 2',
		]);
	});

	it('is printed as PASS and MISS while it is measured', () => {
		expect(outcomeLines({ row: row(1), outcomes: [outcome(1), outcome(3)] })).toEqual([
			'PASS  name 1: 1 (at most 2)',
			'      because of 1',
			'MISS  name 3: 3 (at most 2)',
			'      because of 3',
		]);
	});
});

describe('the place in the README', () => {
	let folder: string;
	let file: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'chatflow-readme-'));
		file = join(folder, 'README.md');
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const START = '<!-- measurements:start -->';
	const END = '<!-- measurements:end -->';

	it('gets the new text in the place of the old one, and nothing else changes', () => {
		writeFileSync(file, `# Title\n\n${START}\n\nold\n\n${END}\n\n## Next\n`);
		writeBetweenMarkers(file, 'new $& text');
		const once = readFileSync(file, 'utf8');
		expect(once).toBe(`# Title\n\n${START}\n\nnew $& text\n\n${END}\n\n## Next\n`);
		writeBetweenMarkers(file, 'new $& text');
		expect(readFileSync(file, 'utf8')).toBe(once);
	});

	it.each([
		['no marker', 'text'],
		['only the first one', START],
		['them the wrong way round', `${END} ${START}`],
	])('is asked for when the file has %s, and the file stays as it is', (_, text) => {
		writeFileSync(file, text);
		expect(() => writeBetweenMarkers(file, 'new')).toThrow('no place for measurements');
		expect(readFileSync(file, 'utf8')).toBe(text);
	});

	it('is in the README of the benchmark', () => {
		const text = readFileSync(join(rootFolder, 'test/bench/README.md'), 'utf8');
		expect(text.split(START)).toHaveLength(2);
		expect(text.split(END)).toHaveLength(2);
		expect(text.indexOf(START)).toBeLessThan(text.indexOf(END));
	});
});
