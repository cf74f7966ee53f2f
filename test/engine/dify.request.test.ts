import type { INodeParameters } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator, FaultRule } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const getInfo = async (more = {}) => await runDify(simulator, 'app.getInfo', {}, more);
const pair = { question: 'q', answer: 'a' };
const create = async () => await runDify(simulator, 'annotation.create', pair);

describe('trying again', () => {
	it.each(['502', '503', '502-html', '503-html', '504-html'] as const)(
		'a read gets over two answers of %s',
		async (preset) => {
			simulator.faults.add({ action: 'respond', preset, times: 2 });
			expect((await getInfo()).json).toMatchObject([{ name: 'Demo Chatflow' }]);
			expect(conforming(simulator)).toHaveLength(3);
		},
	);

	it.each([
		{ action: 'reset', when: 'before-read' },
		{ action: 'reset', when: 'after-accept' },
		{ action: 'truncate', bytes: 20 },
	] as FaultRule[])('a read gets over a connection that breaks: %j', async (fault) => {
		simulator.faults.add(fault);
		expect((await getInfo()).json).toMatchObject([{ name: 'Demo Chatflow' }]);
		expect(simulator.requests).toHaveLength(2);
	});

	it('gives up after three tries, with the last failure', async () => {
		simulator.faults.add({ action: 'respond', preset: '503', times: 0 });
		const { error } = await getInfo();
		expect(error?.httpCode).toBe('503');
		expect(error?.message).toMatch(/returned an error \(HTTP 503\)/);
		expect(simulator.requests).toHaveLength(3);
	});

	it('a list goes on at the page that failed', async () => {
		for (let i = 0; i < 150; i++) simulator.seed.annotation({ createdAt: i });
		simulator.faults.add({ action: 'respond', preset: '502', skip: 1 });
		const { json } = await runDify(simulator, 'annotation.getAll', { returnAll: true });
		expect(new Set(json.map(({ id }) => id)).size).toBe(150);
		expect(simulator.requests.map(({ query }) => query.page)).toEqual([undefined, '2', '2']);
	});

	it.each([
		{ action: 'respond', preset: '502' },
		{ action: 'respond', preset: '504-html' },
		{ action: 'reset', when: 'after-accept' },
	] as FaultRule[])('a call that may have run is never sent twice: %j', async (fault) => {
		simulator.faults.add(fault);
		const { error } = await create();
		expect(error).toBeDefined();
		expect(simulator.requests).toHaveLength(1);
	});

	it('a call that Dify refused because of too many at once is sent again, with what it says', async () => {
		simulator.faults.add({ action: 'respond', preset: 'too_many_requests' });
		expect((await create()).json).toMatchObject([pair]);
		expect(conforming(simulator).map(({ body }) => body)).toEqual([pair, pair]);
		expect(simulator.state.annotations.size).toBe(1);
	});

	it('nothing is sent again when the quota is used up', async () => {
		simulator.faults.add({ action: 'respond', preset: 'rate_limit_error', times: 0 });
		const { error } = await getInfo();
		expect(error?.message).toMatch(/limit of the Dify plan/);
		expect(error?.context.data).toMatchObject({ code: 'rate_limit_error', status: 429 });
		expect(simulator.requests).toHaveLength(1);
	});

	it('a server that comes back in time is reached, by a call of any kind', async () => {
		const probe = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => probe.once('listening', resolve));
		const { port } = probe.address() as AddressInfo;
		await new Promise((resolve) => probe.close(resolve));
		const running = runDify(simulator, 'annotation.create', pair, {
			baseUrl: `http://127.0.0.1:${port}/v1`,
		});
		await new Promise((resolve) => setTimeout(resolve, 400));
		const late = await startDifySimulator({ port });
		expect((await running).json).toMatchObject([pair]);
		await late.close();
	});

	it('says that the server cannot be reached', async () => {
		const { error } = await getInfo({ baseUrl: 'http://127.0.0.1:1/v1' });
		expect(error?.message).toBe('The Dify server cannot be reached');
		expect(error?.context.data).toEqual({ code: 'ECONNREFUSED' });
	});

	it('stops between two tries when the execution is cancelled', async () => {
		simulator.faults.add({ action: 'respond', preset: '503', times: 0 });
		const started = Date.now();
		await getInfo({ cancel: 200 });
		expect(Date.now() - started).toBeLessThan(1500);
		await new Promise((resolve) => setTimeout(resolve, 1000));
		expect(simulator.requests).toHaveLength(1);
	});
});

describe.each(DIFY_VERSIONS)('Dify %s', (version) => {
	it('answers the plain calls', async () => {
		simulator.setVersion(version);
		const { conversationId, id: messageId } = simulator.seed.message({ user: 'ann' });
		const of = { user: 'ann', conversationId };
		const operations: Array<[`${string}.${string}`, INodeParameters]> = [
			['app.getInfo', {}],
			['app.getParameters', {}],
			['annotation.create', pair],
			['annotation.getAll', {}],
			['feedback.submit', { messageId, user: 'ann', rating: 'like' }],
			['feedback.getAll', {}],
			['conversation.getAll', { user: 'ann' }],
			['conversation.getMessages', of],
			['conversation.getVariables', of],
			['conversation.updateVariable', { ...of, variableId: picked('turns', 'name'), value: '3' }],
			['conversation.rename', { ...of, name: 'New' }],
			['conversation.delete', of],
		];
		for (const [operation, parameters] of operations) {
			const { error, json } = await runDify(simulator, operation, parameters);
			expect([operation, error?.message]).toEqual([operation, undefined]);
			expect(json.length).toBeGreaterThan(0);
		}
		conforming(simulator);
	});
});

describe('time limits', () => {
	it.each([0, 20])(
		'a read gives up when nothing comes after %i bytes, and asks once',
		async (bytes) => {
			simulator.faults.add({ action: 'stall', bytes });
			const started = Date.now();
			const { error } = await runDify(simulator, 'app.getInfo', { options: { timeout: 1 } });
			expect(error?.message).toBe('The request to the Dify server timed out');
			expect(Date.now() - started).toBeLessThan(4000);
			expect(simulator.requests).toHaveLength(1);
		},
	);
});

describe('the address', () => {
	it.each(['', '/', '/v1', '/v1/', '/v1/chat-messages', ' /v1 '])(
		'takes a Base URL that ends with %j',
		async (ending) => {
			const { json } = await getInfo({ baseUrl: `${simulator.origin}${ending.trimStart()}` });
			expect(json).toHaveLength(1);
			expect(simulator.requests[0]?.path).toBe('/v1/info');
		},
	);

	it('takes a host of the local network without a scheme', async () => {
		const { json } = await getInfo({ baseUrl: `127.0.0.1:${simulator.port}` });
		expect(json).toHaveLength(1);
	});

	it('trims a key that was pasted with a line break', async () => {
		expect((await getInfo({ apiKey: ` ${simulator.apiKey}\n` })).json).toHaveLength(1);
	});

	it('tells the address that a server redirects to, and sends nothing there', async () => {
		const server = await redirecting(`${simulator.baseUrl}/info?token=x`);
		const { port } = server.address() as AddressInfo;
		for (const run of [
			getInfo,
			async (more: object) => await runDify(simulator, 'annotation.create', pair, more),
		]) {
			const { error } = await run({ baseUrl: `http://127.0.0.1:${port}/v1` });
			expect(error?.message).toBe('The Base URL points to another address');
			expect(error?.description).toContain(`${simulator.baseUrl}/info.`);
			expect(error?.httpCode).toBe('308');
		}
		expect(simulator.requests).toEqual([]);
		await new Promise((resolve) => server.close(resolve));
	});

	it('does not take a web page for an answer', async () => {
		simulator.faults.add({
			action: 'respond',
			status: 200,
			body: '<html><title>Dify</title></html>',
		});
		const { error } = await getInfo();
		expect(error?.message).toBe('The response is not from a Dify API');
		expect(error?.description).toMatch(/Base URL/);
	});

	it('does not take any JSON for a list', async () => {
		simulator.faults.add({ action: 'respond', status: 200, body: { welcome: 'Dify OpenAPI' } });
		const { error } = await runDify(simulator, 'feedback.getAll');
		expect(error?.message).toMatch(/not a list from a Dify API/);
	});
});

async function redirecting(target: string): Promise<Server> {
	const server = createServer((request, response) => {
		request.resume();
		response.writeHead(308, { Location: target }).end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

describe('failures', () => {
	it('name what to do about a wrong key, and never show it', async () => {
		const { error, run } = await getInfo({ apiKey: 'app-wrong-secret-key' });
		expect(error?.message).toBe('Dify does not accept the API key');
		expect(error?.httpCode).toBe('401');
		expect(JSON.stringify(run)).not.toMatch(/app-wrong-secret-key/);
	});

	it('blank a key that the server repeats', async () => {
		simulator.faults.add({
			action: 'respond',
			status: 400,
			body: { code: 'invalid_param', message: `bad key ${simulator.apiKey}`, status: 400 },
		});
		const { error, run } = await getInfo();
		expect(error?.message).toContain('bad key ***');
		expect(JSON.stringify(run)).not.toContain(simulator.apiKey);
	});

	it.each([
		['1.13.1', { apiEnabled: false }, 'forbidden', /API access of the app is on/],
		['newest', { apiEnabled: false }, 'app_api_disabled', /Turn it on/],
		['newest', { workspaceArchived: true }, 'workspace_archived', /active workspace/],
		['newest', { status: 'abnormal' }, 'app_abnormal_status', /taken down/],
	] as const)('tell on Dify %s that %j makes %s', async (version, state, code, hint) => {
		simulator.setVersion(
			version === 'newest' ? (DIFY_VERSIONS[DIFY_VERSIONS.length - 1] ?? '1.17') : version,
		);
		Object.assign(simulator.app(), state);
		const { error } = await getInfo();
		expect(error?.context.data).toMatchObject({ code, status: 403 });
		expect(error?.description).toMatch(hint);
	});

	it('become items of the error output under Continue On Fail, the others go on', async () => {
		simulator.faults.add({ action: 'respond', preset: '500', skip: 1 });
		const items = [{ json: {} }, { json: {} }, { json: {} }];
		const result = await getInfo({ items, onError: 'continueErrorOutput' });
		expect(result.json).toHaveLength(2);
		expect(result.errorItems).toMatchObject([
			{ json: { error: expect.any(String), details: { code: 'internal_server_error' } } },
		]);
	});

	it('name the item that they belong to', async () => {
		simulator.faults.add({ action: 'respond', preset: '500', skip: 2 });
		const { error } = await getInfo({ items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect(error?.context.itemIndex).toBe(2);
	});

	it.each([
		['app_unavailable', 400],
		['provider_not_initialize', 400],
		['provider_quota_exceeded', 400],
		['model_currently_not_support', 400],
		['completion_request_error', 400],
		['provider_not_support_speech_to_text', 400],
		['no_audio_uploaded', 400],
		['no_file_uploaded', 400],
		['too_many_files', 400],
		['filename_not_exists_error', 400],
		['not_chat_app', 400],
		['not_workflow_app', 400],
		['conversation_completed', 400],
		['bad_request', 400],
		['invalid_param', 400],
		['forbidden', 403],
		['file_access_denied', 403],
		['not_found', 404],
		['file_not_found', 404],
		['end_user_not_found', 404],
		['file_too_large', 413],
		['audio_too_large', 413],
		['unsupported_file_type', 415],
		['unsupported_audio_type', 415],
		['internal_server_error', 500],
	])('give a hint of their own for %s', async (code, status) => {
		simulator.faults.add({
			action: 'respond',
			status,
			body: { code, message: 'The words of Dify.', status },
		});
		const { error } = await getInfo();
		expect(error?.context.data).toMatchObject({ code, status, message: 'The words of Dify.' });
		expect(error?.httpCode).toBe(String(status));
		expect(error?.message).not.toMatch(/did not accept the request|Request failed/);
		expect(error?.description?.length).toBeGreaterThan(20);
	});
});
