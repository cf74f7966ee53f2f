import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { DifyServer } from '../../live/difyServer';
import { NotPossible, Session } from '../../live/session';
import { readSettings, secretsOf } from '../../live/settings';
import { assertShape } from '../../live/shapes';

const root = join(__dirname, '..', '..', '..');

function session(secrets: string[] = []): Session {
	return new Session('n8n-live-test', new AbortController().signal, secrets, () => {});
}

describe('without variables', () => {
	const start = (env: NodeJS.ProcessEnv) =>
		spawnSync(process.execPath, [join(root, 'test/live/start.mjs')], {
			env: { PATH: process.env.PATH, ...env },
			encoding: 'utf8',
		});

	it('says in two lines what to set, and exits with 2', () => {
		const { status, stdout } = start({});
		expect(status).toBe(2);
		expect(stdout.trim().split('\n')).toHaveLength(2);
		expect(stdout).toMatch(/DIFY_BASE_URL and DIFY_API_KEY/);
	});

	it('says which are missing beside those that are set', () => {
		const { status, stdout } = start({ CYBERTRON_BASE_URL: 'x', CYBERTRON_ROBOT_KEY: 'x' });
		expect(status).toBe(2);
		expect(stdout).toMatch(/^Set CYBERTRON_ROBOT_TOKEN, CYBERTRON_USERNAME as well/);
	});
});

describe('a check', () => {
	it('becomes a row, however it ends, without keys', async () => {
		const live = session(['app-secret']);
		await live.check('works', async () => 1);
		await live.check('breaks', async () => {
			throw new Error('refused: app-secret');
		});
		await live.check('is off', async () => {
			throw new NotPossible('the feature is off');
		});
		expect(live.rows).toMatchObject([
			{ operation: 'works', result: 'passed' },
			{ operation: 'breaks', result: 'failed', why: 'refused: ***' },
			{ operation: 'is off', result: 'not possible', why: 'the feature is off' },
		]);
	});

	it('that builds on another one says so', async () => {
		const live = session();
		const failed = await live.check('first', async () => {
			throw new Error('no');
		});
		const impossible = await live.check('second', async () => {
			throw new NotPossible('it is off');
		});
		await live.check('third', async () => failed.get());
		await live.check('fourth', async () => impossible.get());
		expect(live.rows.slice(2)).toMatchObject([
			{ result: 'failed', why: 'not tried, because first failed' },
			{ result: 'not possible', why: 'needs second: it is off' },
		]);
	});

	it('fails if a key stands in what came', () => {
		expect(() => session(['app-secret']).assertNoSecret('{"a":"app-secret"}')).toThrow(/a key/);
	});
});

describe('a shape', () => {
	it('names each field that is missing or of another kind', () => {
		const item = { a: 'x', b: null };
		expect(() => assertShape(item, { a: 'string', b: ['string', 'null'] })).not.toThrow();
		expect(() => assertShape(item, { a: 'number', b: 'string', c: 'any' })).toThrow(
			'the item: a is string, b is null, c is missing',
		);
	});
});

describe('settings', () => {
	it('leave out a service without a base URL, and know every spelling of a key', () => {
		const settings = readSettings({
			CYBERTRON_BASE_URL: 'https://robots.example',
			CYBERTRON_ROBOT_KEY: 'a%3D',
			CYBERTRON_ROBOT_TOKEN: 't',
		});
		expect(settings.dify).toBeUndefined();
		expect(secretsOf(settings)).toEqual(['a%3D', 'a%253D', 'a=', 't']);
	});
});

describe('a server', () => {
	const at = async (headers: Record<string, string>, body = '') => {
		jest.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(body, { headers }));
		return await DifyServer.at('https://dify.example/');
	};

	it.each([
		['1.14.2', '1.14', true],
		['1.13.3', '1.14', false],
		['1.8.1', '1.13', false],
		['2.0', '1.14', true],
	])('of version %s is %s or newer: %s', async (version, wanted, expected) => {
		expect((await at({ 'x-version': version })).mayBe(wanted)).toBe(expected);
	});

	it('may tell its version in the response', async () => {
		expect(await at({}, '{"server_version": "1.13.0"}')).toMatchObject({
			version: '1.13.0',
			root: 'https://dify.example/v1',
		});
	});
});
