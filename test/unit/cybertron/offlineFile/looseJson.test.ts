import { decodeLooseJson } from '../../../../nodes/Cybertron/offlineFile/looseJson';
import { parsePythonLiteral, PythonString } from '../../../../nodes/shared/pythonLiteral';

const INVOICE = { number: 'INV-1', total: 42.5 };

describe('what a content that holds JSON is decoded to', () => {
	test.each<[string, string, unknown]>([
		['plain JSON', '{"number":"INV-1","total":42.5}', INVOICE],
		['a JSON list', '[1, 2]', [1, 2]],
		['fenced JSON', '```json\n{"number":"INV-1","total":42.5}\n```', INVOICE],
		['a fence without language', '```\n{"number":"INV-1","total":42.5}\n```', INVOICE],
		['a fence on one line', '```json {"number":"INV-1","total":42.5} ```', INVOICE],
		[
			'a fence amid prose',
			'Here it is:\n```json\n{"number":"INV-1","total":42.5}\n```\nDone.',
			INVOICE,
		],
		['the first of two fences', '```json\n{"a":1}\n```\n```json\n{"b":2}\n```', { a: 1 }],
		['a fence inside a string', '```json\n{"code":"```x```"}\n```', { code: '```x```' }],
		['the text of JSON', JSON.stringify(JSON.stringify(INVOICE)), INVOICE],
		['a Python dict', "{'number': 'INV-1', 'total': 42.5}", INVOICE],
		['Python names', "{'a': None, 'b': True, 'c': (1, 2,)}", { a: null, b: true, c: [1, 2] }],
		['a Python list around JSON', `['{"number": "INV-1", "total": 42.5}']`, INVOICE],
		['several JSON texts in a list', `['{"a":1}', 'b']`, [{ a: 1 }, 'b']],
		['a newline escaped in both', `['{"a":"x\\\\ny"}']`, { a: 'x\ny' }],
		['long integers', '{"id": 1858406156273270784}', { id: '1858406156273270784' }],
		['long integers in Python', "{'id': 1858406156273270784}", { id: '1858406156273270784' }],
	])('%s', (_name, text, expected) => {
		expect(decodeLooseJson(text)).toEqual(expected);
	});

	test.each([
		['prose', 'The text of the file.'],
		['a number', '42'],
		['nothing', ''],
		['JSON that was cut off', '```json\n{"number": "INV-001", "tot'],
		['a Python list that was cut off', "['abc', 'de"],
		['a bracket in prose', '[1] see the list below'],
		['a calculation', '[1+1]'],
	])('%s gives nothing', (_name, text) => {
		expect(decodeLooseJson(text)).toBeUndefined();
	});

	test('deep nesting and megabytes are read in time or given up, never by crashing', () => {
		const started = Date.now();
		expect(decodeLooseJson(`${'['.repeat(100_000)}'x'`)).toBeUndefined();
		expect(decodeLooseJson(`['${'a'.repeat(5_000_000)}']`)).toHaveLength(1);
		expect(decodeLooseJson(`x${' '.repeat(2_000_000)}y \`\`\``)).toBeUndefined();
		expect(Date.now() - started).toBeLessThan(3_000);
	});
});

test('Python escapes are read as Python reads them', () => {
	const value = parsePythonLiteral(String.raw`'a\'b\x41é\U0001F600\q\\'`);
	expect(value).toEqual(
		new PythonString(
			`a'bAé${String.fromCodePoint(0x1f600)}\\q\\`,
			String.raw`a\'b\x41é\U0001F600\q\\`,
		),
	);
	expect(parsePythonLiteral(String.raw`'\U00FFFFFF'`)).toBeUndefined();
});
