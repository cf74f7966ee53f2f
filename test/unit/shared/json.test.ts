import { parseJson, tryParseJson } from '../../../nodes/shared/json';

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
