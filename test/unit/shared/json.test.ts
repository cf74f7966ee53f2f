import { parseJson, tryParseJson } from '../../../nodes/shared/json';
import { seededRandom } from '../../simulators/shared/prng';

describe('parseJson', () => {
	it.each([
		['a bare 64-bit integer', '1858400000000000123', '1858400000000000123'],
		['a negative one', '-1858400000000000123', '-1858400000000000123'],
		['the first integer that a double cannot hold', '9007199254740993', '9007199254740993'],
		['the largest that it can', '9007199254740991', 9007199254740991],
		['microseconds since the epoch', '1731000000000000', 1731000000000000],
		['an integer of hundreds of digits', '9'.repeat(400), '9'.repeat(400)],
		['a fraction with many digits', '0.12345678901234567', 0.12345678901234567],
		['a large number with a fraction', '12345678901234567.5', 12345678901234567.5],
		['a number with an exponent', '1e300', 1e300],
		['a number with a fraction and an exponent', '1.2345678901234567e+20', 1.2345678901234567e20],
	])('reads %s', (_, text, value) => {
		expect(parseJson(text)).toEqual(value);
		expect(parseJson(` [ ${text} , {"a": ${text} } ]`)).toEqual([value, { a: value }]);
	});

	it('keeps long digits inside of texts as they are, beside a long integer', () => {
		const texts = {
			digits: '1234567890123456789',
			like_json: '{"id":1234567890123456789,"x":[-1234567890123456789]}',
			escaped: 'a \\" b \\\\',
			backslashes: '\\\\\\',
			'key 12345678901234567890': '',
			controls: '\n\t\u2028\ud83d\ude00',
			last: 'ends with 1858400000000000123',
		};
		const text = JSON.stringify({ ...texts, id: '@' }).replace('"@"', '1858400000000000123');
		expect(parseJson(text)).toEqual({ ...texts, id: '1858400000000000123' });
	});

	it('finds long integers wherever JSON allows one', () => {
		const id = '1858400000000000123';
		const text = `\n{ "a" :\t${id}\n,"b":[${id},${id} , -${id}, 1e300, ${id}.5,[${id}]]}\r\n`;
		expect(parseJson(text)).toEqual({
			a: id,
			b: [id, id, `-${id}`, 1e300, Number(`${id}.5`), [id]],
		});
		expect(parseJson(` ${id} `)).toBe(id);
	});

	it.each([
		['a list', '[1858400000000000123]'],
		['a list with spaces', '[ 1858400000000000123 , 1 ]'],
		['an object', '{"id":1858400000000000123}'],
		['the text of an object', JSON.stringify('{"id":1858400000000000123,"more":"x"}')],
		['prose', 'see:1858400000000000123, and [-1858400000000000123]'],
		['a quote before it', '":1858400000000000123,"'],
		['a backslash before it', '\\:1858400000000000123,\\'],
	])('leaves a text alone that holds %s', (_, held) => {
		const value = { held, [`${held} as a key`]: held, list: [held] };
		expect(parseJson(`[${JSON.stringify(value)},1858400000000000123]`)).toEqual([
			value,
			'1858400000000000123',
		]);
	});

	it('takes the last one of equal keys, as the built-in parser does', () => {
		expect(parseJson('{"a":1,"a":1858400000000000123}')).toEqual({ a: '1858400000000000123' });
		expect(parseJson('{"a":1858400000000000123,"a":2,"b":1858400000000000123}')).toEqual({
			a: 2,
			b: '1858400000000000123',
		});
	});

	it.each([
		'',
		'{',
		'{"a":01}',
		'[1858400000000000123',
		'{"a":"b}',
		'{"a":1858400000000000123,"b":"c}',
		'{1858400000000000123:1}',
		'[1858400000000000123 1858400000000000123]',
		'[01858400000000000123]',
		'{"a":,1858400000000000123}',
		'nothing',
	])('refuses %j', (text) => {
		expect(() => parseJson(text)).toThrow(SyntaxError);
		expect(tryParseJson(text)).toBeUndefined();
	});
});

describe('a random document', () => {
	const random = seededRandom(14);
	const upTo = (count: number) => Math.floor(random() * count);
	const TEXTS = ['"', '\\', '\\"', '1858400000000000123', ':-1858400000000000123,', '.', 'e', ' '];

	/** A value, and the JSON text of it, in which long integers are bare. */
	function document(depth = 0): { value: unknown; json: string } {
		const kind = upTo(depth > 3 ? 4 : 6);
		if (kind === 0) {
			const value = Array.from({ length: upTo(6) }, () => TEXTS[upTo(TEXTS.length)]).join('');
			return { value, json: JSON.stringify(value) };
		}
		if (kind === 1) {
			const value = `${upTo(2) ? '-' : ''}9${String(random()).slice(2).padEnd(20, '7')}`;
			return { value, json: value };
		}
		if (kind === 2) {
			const json = ['0.12345678901234567', '1e-1234567890123456789', '12345678901234567.5'][
				upTo(3)
			];
			return { value: Number(json), json: json ?? '0' };
		}
		if (kind === 3) {
			const value = upTo(1_000);
			return { value, json: String(value) };
		}
		const entries = Array.from(
			{ length: upTo(5) },
			(_, i) => [`${i}"1858400000000000123`, document(depth + 1)] as const,
		);
		if (kind === 4) {
			return {
				value: entries.map(([, { value }]) => value),
				json: `[${entries.map(([, { json }]) => json).join(' , ')}]`,
			};
		}
		return {
			value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
			json: `{${entries.map(([key, { json }]) => `${JSON.stringify(key)} : ${json}`).join(',')}}`,
		};
	}

	it('keeps every digit and every text', () => {
		for (let i = 0; i < 2_000; i++) {
			const { value, json } = document();
			expect(parseJson(json)).toEqual(value);
		}
	});
});

describe('a megabyte with a long integer', () => {
	const MB = 1024 * 1024;
	const ID = '1858400000000000123';
	it.each([
		['numbers', `[${'1,'.repeat(MB / 2)}${ID}]`],
		['long integers, then a text', `[${`${ID},`.repeat(MB / 20)}"x"]`],
		['long integers in texts', `[${`"${ID}",`.repeat(MB / 22)}${ID}]`],
		['one text', `["${'x'.repeat(MB)}",${ID}]`],
		['backslashes', `["${'\\\\'.repeat(MB / 2)}",${ID}]`],
		['escaped quotes', `["${'\\"'.repeat(MB / 2)}",${ID}]`],
		['fifteen digits', `[${'123456789012345,'.repeat(MB / 16)}${ID}]`],
		['one number', `[${'1'.repeat(MB)}]`],
		['one number with a fraction', `[${'1'.repeat(MB)}.5,${ID}]`],
	])('costs little more than the built-in parser: %s', (_what, json) => {
		const ms = (work: () => unknown) => {
			const before = process.cpuUsage();
			work();
			return process.cpuUsage(before).user / 1_000;
		};
		const builtIn = ms(() => JSON.parse(json));
		// Some tens of milliseconds; anything that is not linear takes many seconds.
		expect(ms(() => parseJson(json)) - builtIn).toBeLessThan(500);
	});
});
