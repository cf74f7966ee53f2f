import { differences } from '../../support/n8n/match';

describe('differences between an output and its expectation', () => {
	it('allows fields that the expectation does not mention', () => {
		expect(differences([{ a: 1, b: 2 }], [{ a: 1 }])).toEqual([]);
	});

	it('names the path of a value that differs', () => {
		expect(differences([{ a: { b: 1 } }], [{ a: { b: 2 } }])).toEqual([
			'output[0].a.b: 1 instead of 2',
		]);
	});

	it('does not allow more entries in a list than expected', () => {
		expect(differences([1, 2], [1])).toEqual(['output: has 2 entries instead of 1']);
	});

	it('takes an empty object for one that must be empty', () => {
		expect(differences({ a: {} }, { a: {} })).toEqual([]);
		expect(differences({ a: { b: 1 } }, { a: {} })).toEqual(['output.a: {"b":1} is not empty']);
	});

	it('tells a missing field from null', () => {
		expect(differences({}, { a: null })).toEqual(['output.a: nothing instead of null']);
	});

	it.each([
		['$matches', 'abc', { $matches: '^a.c$' }, 0],
		['$matches', 'abd', { $matches: '^a.c$' }, 1],
		['$matches', 5, { $matches: '5' }, 1],
		['$type', null, { $type: 'null' }, 0],
		['$type', [], { $type: 'object' }, 1],
		['$absent', undefined, { $absent: true }, 0],
		['$absent', '', { $absent: true }, 1],
	])('judges %s of %j against %j', (_name, actual, expected, complaints) => {
		expect(differences(actual, expected)).toHaveLength(complaints);
	});
});
