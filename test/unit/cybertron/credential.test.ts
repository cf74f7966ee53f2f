import { CybertronApi } from '../../../credentials/CybertronApi.credentials';

/** What n8n does with the rules of a credential's test: the first that fits fails it. */
function verdict(body: unknown): string | undefined {
	const { rules = [] } = new CybertronApi().test;
	const code = (body as { code?: unknown } | null)?.code;
	const fits = rules.find(
		({ type, properties }) =>
			type === 'responseSuccessBody' && properties.key === 'code' && properties.value === code,
	);
	return fits?.properties.message;
}

describe('the test of the Cybertron credential', () => {
	it('accepts a list of sessions', () => {
		expect(verdict({ code: '000000', message: 'success', data: { list: [] } })).toBeUndefined();
	});

	it.each(['400000', 400000, '400001', '500000', 500001])('refuses the code %j', (code) => {
		expect(verdict({ code, message: 'Robot does not exist' })).toContain('Check robot key');
	});

	it.each([['<html>Welcome</html>'], [{}], [{ detail: 'Not Found' }]])(
		'refuses what another server answers: %j',
		(body) => {
			expect(verdict(body)).toContain('Check the Base URL');
		},
	);
});
