import { parseFlatted } from '../../support/n8n/flatted';

describe('parseFlatted', () => {
	it('resolves texts, objects and lists by their index', () => {
		expect(parseFlatted('[{"a":"1","n":2,"none":null},{"list":"2"},["3","3",true],"x"]')).toEqual({
			a: { list: ['x', 'x', true] },
			n: 2,
			none: null,
		});
	});

	it('gives back one object where one object was referred to twice', () => {
		const value = parseFlatted('[{"a":"1","b":"1"},{"c":3}]') as { a: object; b: object };
		expect(value.a).toBe(value.b);
	});

	it('follows a reference of an object to itself', () => {
		const value = parseFlatted('[{"self":"0"}]') as { self: unknown };
		expect(value.self).toBe(value);
	});

	it('does not take a text that looks like an index for one', () => {
		expect(parseFlatted('[{"a":"1"},"1"]')).toEqual({ a: '1' });
	});
});
