import {
	valueFromText,
	withDecodedValue,
} from '../../../../../nodes/Dify/actions/conversation/variableValue';
import { pyStr } from '../../../../simulators/dify/python';

it.each([
	['string', 'True', 'True'],
	['string', "{'a': 1}", "{'a': 1}"],
	['string', 'None', 'None'],
	['secret', '42', '42'],
	['file', 'anything', 'anything'],
	['some-new-type', '[1]', '[1]'],
])('leaves the text of a %s as it is: %j', (type, text, value) => {
	expect(valueFromText(text, type)).toBe(value);
});

it.each([
	['number', '42', 42],
	['number', '-0.5', -0.5],
	['number', '1e-07', 1e-7],
	['number', ' 7 ', 7],
	['integer', '3', 3],
	['float', '3.0', 3],
	['boolean', 'True', true],
	['boolean', 'False', false],
	['boolean', 'true', true],
	[
		'object',
		"{'a': 1, 'b': [True, None], 'c': {'d': 'x'}}",
		{ a: 1, b: [true, null], c: { d: 'x' } },
	],
	['object', '{"a": true}', { a: true }],
	['object', '{}', {}],
	['array[string]', `['new', "it's", 'a "b"']`, ['new', "it's", 'a "b"']],
	[
		'array[string]',
		`['it\\'s "x"', 'line\\nbreak', 'caf\\xe9', '\\U0001f600']`,
		[`it's "x"`, 'line\nbreak', 'café', '😀'],
	],
	['array[number]', '[1, 2.5]', [1, 2.5]],
	['array[boolean]', '[True, False]', [true, false]],
	['array[object]', "[{'a': None}]", [{ a: null }]],
	['array[any]', '[]', []],
	['number', 'None', null],
	['object', 'None', null],
	['array[any]', 'null', null],
])('reads a %s from %j', (type, text, value) => {
	expect(valueFromText(text, type)).toEqual(value);
});

it.each([
	['number', ''],
	['number', 'many'],
	['number', 'nan'],
	['number', 'inf'],
	['number', '12345678901234567890'],
	['boolean', 'yes'],
	['object', '[1]'],
	['object', "{'a': open('x')}"],
	['object', "{'a': 1"],
	['array[any]', "{'a': 1}"],
	['array[any]', '[1] + [2]'],
	['array[any]', '[__import__("os")]'],
	['array[any]', '['.repeat(100_000)],
])('does not take a %s from %.40j', (type, text) => {
	expect(valueFromText(text, type)).toBeUndefined();
});

it('keeps the text when it cannot be read, and the raw text in any case', () => {
	const odd = { name: 'n', value_type: 'number', value: '12345678901234567890' };
	expect(withDecodedValue(odd)).toEqual({ ...odd, value_raw: odd.value });
});

it('takes a value that a newer server sends as JSON', () => {
	const variable = { name: 'n', value_type: 'object', value: { a: 1 } };
	expect(withDecodedValue(variable)).toEqual({ ...variable, value_raw: { a: 1 } });
});

it('gives a field named __proto__ as a field, and changes no prototype', () => {
	const value = valueFromText("{'__proto__': {'polluted': True}, 'a': 1}", 'object') as object;
	expect(Object.keys(value)).toEqual(['__proto__', 'a']);
	expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

describe('what Python prints', () => {
	/** Values of all kinds, from a fixed seed that a failing run prints. */
	const SEED = 20250131;
	function randomValues(count: number): unknown[] {
		let state = SEED;
		const random = () => {
			state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
			return state / 2 ** 31;
		};
		const pick = <T>(choices: T[]): T => choices[Math.floor(random() * choices.length)] as T;
		const LETTERS = ['a', "'", '"', '\\', '\n', '\t', ' ', '{', ']', ',', ':', 'é', '😀', 'None'];
		const text = () =>
			Array.from({ length: Math.floor(random() * 8) }, () => pick(LETTERS)).join('');
		const value = (depth: number): unknown =>
			pick<() => unknown>([
				text,
				() => Math.floor(random() * 1000) - 500,
				() => Math.round(random() * 1e6) / 1e3,
				() => random() < 0.5,
				() => null,
				...(depth > 0
					? [
							() => Array.from({ length: Math.floor(random() * 4) }, () => value(depth - 1)),
							() =>
								Object.fromEntries(
									Array.from({ length: Math.floor(random() * 4) }, (_, i) => [
										`${text()}${i}`,
										value(depth - 1),
									]),
								),
						]
					: []),
			])();
		return Array.from({ length: count }, () => [value(3)]);
	}

	it(`is read back as the same value (2,000 values, seed ${SEED})`, () => {
		for (const value of randomValues(2000)) {
			expect(valueFromText(pyStr(value), 'array[any]')).toEqual(value);
		}
	});
});
