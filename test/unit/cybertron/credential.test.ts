import { CybertronApi } from '../../../credentials/CybertronApi.credentials';
import { DifyApi } from '../../../credentials/DifyApi.credentials';

/** What stands at a path such as `code[0]`, which leads into texts as well (n8n uses lodash). */
function at(body: unknown, path: string): unknown {
	const [, key = '', place] = /^(\w+)(?:\[(\d)\])?$/.exec(path) ?? [];
	const value = (body as Record<string, unknown> | null)?.[key];
	if (place === undefined) return value;
	return (value as string[] | undefined)?.[Number(place)];
}

/** What n8n does with the rules of a credential's test: the first that fits fails it. */
function verdict(body: unknown): string | undefined {
	const { rules = [] } = new CybertronApi().test;
	const fits = rules.find(
		({ type, properties }) =>
			type === 'responseSuccessBody' &&
			at(body, (properties as { key: string }).key) === properties.value,
	);
	return fits?.properties.message;
}

it.each([new CybertronApi(), new DifyApi()])(
	'the test of $name follows no redirect, and does not wait for ever',
	({ test: { request } }) => {
		expect(request).toMatchObject({ disableFollowRedirect: true, timeout: 15_000 });
	},
);

describe('the test of the Cybertron credential', () => {
	it('accepts a list of sessions', () => {
		expect(verdict({ code: '000000', message: 'success', data: { list: [] } })).toBeUndefined();
	});

	it.each(['400000', 400000, '400001', '500000', 500001])('refuses the code %j', (code) => {
		expect(verdict({ code, message: 'Robot does not exist' })).toContain('Check robot key');
	});

	it.each(['100001', '401', 401, '400002', '000001', '0000001', 'ERROR', 'ERR000', '-1', true])(
		'takes the code %j for no success',
		(code) => {
			expect(verdict({ code, message: 'success' })).toBeDefined();
		},
	);

	it.each([['<html>Welcome</html>'], [{}], [{ detail: 'Not Found' }]])(
		'refuses what another server answers: %j',
		(body) => {
			expect(verdict(body)).toContain('Check the Base URL');
		},
	);
});
