import {
	asObject,
	asText,
	defined,
	isObject,
	objectsIn,
	pick,
	trimmed,
} from '../../../nodes/shared/values';

describe('values of any shape', () => {
	it.each([[null], [undefined], [1], ['x'], [[1]]])('%j is no object', (value) => {
		expect(isObject(value)).toBe(false);
		expect(asObject(value)).toEqual({});
	});

	it('takes texts and numbers as texts, and nothing for nothing', () => {
		expect([asText('a'), asText(7), asText(0)]).toEqual(['a', '7', '0']);
		expect([asText(''), asText(null), asText({}), asText(true)]).toEqual(Array(4).fill(undefined));
	});

	it('leaves out what is not defined, but keeps null', () => {
		expect(defined({ a: undefined, b: null, c: 0 })).toEqual({ b: null, c: 0 });
	});

	it('leaves out blanks at the ends, and what is nothing else', () => {
		expect([trimmed(' a '), trimmed('  '), trimmed(7)]).toEqual(['a', undefined, '7']);
	});

	it('gives the objects of a list, and none of anything else', () => {
		expect(objectsIn([{ a: 1 }, null, 'x', [1]])).toEqual([{ a: 1 }]);
		expect(objectsIn({ a: 1 })).toEqual([]);
	});

	it('picks the fields that are there', () => {
		expect(pick({ a: 1, b: undefined, c: 3 }, ['a', 'b', 'd'])).toEqual({ a: 1, b: undefined });
	});
});
