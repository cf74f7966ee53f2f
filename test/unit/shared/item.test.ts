import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { Item } from '../../../nodes/shared/item';
import { optionsField } from '../../../nodes/shared/options';

const field = (name: string, displayName: string, more: object = {}): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	...more,
});

const FIELDS = [
	field('user', 'User'),
	field('inputs', 'Inputs', { placeholder: 'e.g. { "city": "Oslo" }' }),
	optionsField(field('extraBody', 'Extra Body')),
];

function itemWith(parameters: Record<string, unknown>): Item {
	const context = {
		getNodeParameter: (name: string, _index: number, byDefault: unknown) =>
			name in parameters ? parameters[name] : byDefault,
	};
	return new Item(context as unknown as IExecuteFunctions, 0, FIELDS);
}

function errorOf(run: () => unknown): unknown {
	try {
		return run();
	} catch (error) {
		return error;
	}
}

describe('a required parameter', () => {
	it('is its text as it is, or its ID without blanks', () => {
		const item = itemWith({ user: ' ann ', id: { __rl: true, mode: 'id', value: ' c-1\n' } });
		expect([item.text('user'), item.id('user'), item.id('id')]).toEqual([' ann ', 'ann', 'c-1']);
	});

	it.each(['', '  ', undefined, null, {}, { value: '' }])('is empty if it is %j', (user) => {
		expect(errorOf(() => itemWith({ user }).text('user'))).toMatchObject({
			message: 'User is empty',
			info: { isInvalidValue: true },
		});
		expect(() => itemWith({ user }).id('user')).toThrow('User is empty');
		expect(itemWith({ user }).optionalId('user')).toBeUndefined();
	});
});

describe('a JSON parameter', () => {
	it.each([
		['{"a":1}', { a: 1 }],
		[' ', {}],
		[undefined, {}],
		[{ a: 1 }, { a: 1 }],
	])('%j is the object %j', (inputs, object) => {
		expect(itemWith({ inputs }).object('inputs')).toEqual(object);
	});

	it.each(['[]', 'null', '7', '{', [], 7])('%j is not an object', (inputs) => {
		expect(errorOf(() => itemWith({ inputs }).object('inputs'))).toMatchObject({
			message: 'Inputs is not a JSON object',
			info: { description: 'Write Inputs like { "city": "Oslo" }' },
		});
	});

	it('is named as in the Options', () => {
		const item = itemWith({ options: { extraBody: '[1]' } });
		expect(() => item.objects('options.extraBody')).toThrow(
			'Extra Body is not a JSON list of objects',
		);
	});
});

describe('the numbers', () => {
	it.each([
		[undefined, 120_000],
		[0.5, 500],
		[-1, 120_000],
		['x', 120_000],
		[1e12, 2_147_000_000],
	])('of a Timeout of %j are %i milliseconds', (timeout, milliseconds) => {
		expect(itemWith({ options: { timeout } }).timeoutMs).toBe(milliseconds);
	});

	it.each([
		[{ returnAll: true, limit: 5 }, undefined],
		[{ limit: 5.7 }, 5],
		[{ limit: 0 }, 50],
		[{}, 50],
	])('of %j ask for %s records', (parameters, limit) => {
		expect(itemWith(parameters).limit).toBe(limit);
	});
});

it('knows the output modes', () => {
	expect(itemWith({}).outputMode).toBe('aggregated');
	expect(itemWith({ outputMode: 'events' }).outputMode).toBe('events');
	expect(() => itemWith({ outputMode: 'all' }).outputMode).toThrow('no output mode "all"');
});
