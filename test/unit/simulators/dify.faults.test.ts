import { get } from 'node:https';
import { createSelfSigned } from '../../simulators/cybertron/index';
import {
	startDifySimulator,
	type DifySimulator,
	type FaultRule,
} from '../../simulators/dify/index';
import { call, chatBody, control, eventsOf, names, openChat, type Dict } from './dify.helpers';

describe('faults and control of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator();
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	const blocking = async (query = 'hi') =>
		await call(simulator, 'POST', '/chat-messages', {
			...chatBody(query),
			response_mode: 'blocking',
		});

	it('answers with both kinds of 429, so often as planned', async () => {
		const path = '/chat-messages';
		simulator.faults.add({ path, action: 'respond', preset: 'too_many_requests', times: 2 });
		simulator.faults.add({ path, action: 'respond', preset: 'rate_limit_error' });
		const codes = [];
		for (let index = 0; index < 4; index += 1) codes.push((await blocking()).json.code);
		expect(codes).toEqual([
			'too_many_requests',
			'too_many_requests',
			'rate_limit_error',
			undefined,
		]);
		expect(simulator.acceptedChats('hi')).toBe(1);
		expect((await call(simulator, 'GET', '/info')).status).toBe(200);
	});

	it.each([
		['500', 500, 'application/json; charset=utf-8'],
		['502', 502, 'application/json; charset=utf-8'],
		['503-html', 503, 'text/html'],
		['504-html', 504, 'text/html'],
		['524-html', 524, 'text/html'],
	] as const)('answers with preset %s', async (preset, status, type) => {
		simulator.faults.add({ action: 'respond', preset });
		const answer = await call(simulator, 'GET', '/info');
		expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
	});

	it('answers with a body and headers of the test', async () => {
		simulator.faults.add({
			...{ action: 'respond', status: 418, body: { code: 'teapot' }, method: 'GET' },
			headers: { 'Retry-After': '7' },
		});
		const answer = await call(simulator, 'GET', '/info');
		expect(answer.status).toBe(418);
		expect(answer.headers.get('retry-after')).toBe('7');
		expect(answer.json).toEqual({ code: 'teapot' });
	});

	it('delays', async () => {
		simulator.faults.add({ action: 'delay', ms: 80 });
		const startedAt = Date.now();
		expect((await call(simulator, 'GET', '/info')).status).toBe(200);
		expect(Date.now() - startedAt).toBeGreaterThanOrEqual(75);
	});

	it.each([
		['before-read', 0],
		['after-read', 0],
		['after-accept', 1],
	] as const)('resets the connection %s of the request', async (when, accepted) => {
		simulator.faults.add({ action: 'reset', when });
		await expect(blocking('once')).rejects.toThrow();
		// An accepted request is processed although its answer is lost.
		expect(simulator.acceptedChats('once')).toBe(accepted);
		expect((await blocking('again')).status).toBe(200);
	});

	it('truncates an answer after so many bytes', async () => {
		simulator.faults.add({ action: 'truncate', bytes: 40 });
		const response = await openChat(simulator, 'hi');
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow();
	});

	it('stalls without a word, or after some bytes', async () => {
		simulator.faults.add({ action: 'stall' });
		await expect(openChat(simulator, 'hi', {}, AbortSignal.timeout(100))).rejects.toThrow(
			/timeout/,
		);
		simulator.faults.add({ action: 'stall', bytes: 13 });
		const response = await openChat(simulator, 'hi', {}, AbortSignal.timeout(300));
		const reader = response.body?.getReader();
		const first = await reader?.read();
		expect(Buffer.from(first?.value ?? []).toString()).toBe('event: ping\n\n');
		await expect(reader?.read()).rejects.toThrow(/timeout/);
	});

	it('strikes by query, after some requests, or by reproducible chance', async () => {
		simulator.faults.add({ action: 'respond', preset: '500', query: 'bad', skip: 1, times: 0 });
		const bad = [];
		for (const query of ['good', 'bad one', 'bad two']) bad.push((await blocking(query)).status);
		expect(bad).toEqual([200, 200, 500]);
		const draw = async (): Promise<number[]> => {
			simulator.faults.clear();
			simulator.faults.add({
				action: 'respond',
				preset: '500',
				probability: 0.5,
				seed: 7,
				times: 0,
			});
			const statuses = [];
			for (let index = 0; index < 12; index += 1) {
				statuses.push((await call(simulator, 'GET', '/info')).status);
			}
			return statuses;
		};
		const first = await draw();
		expect(new Set(first)).toEqual(new Set([200, 500]));
		expect(await draw()).toEqual(first);
	});

	it('names the rule that struck in the record of the request', async () => {
		simulator.faults.add({ id: 'cut', action: 'reset' });
		simulator.faults.add({ id: 'late', action: 'delay', ms: 1 });
		await call(simulator, 'GET', '/info').catch(() => undefined);
		await call(simulator, 'GET', '/info');
		await call(simulator, 'GET', '/info');
		const struck = simulator.requests.map(({ fault, faultId }) => [fault, faultId]);
		expect(struck).toEqual([
			['reset', 'cut'],
			['delay', 'late'],
			[null, null],
		]);
	});

	it('plans faults over HTTP and tells how often they struck', async () => {
		const rule: FaultRule = { path: '/v1/info', action: 'respond', preset: '503' };
		const { json } = await control(simulator, 'POST', '/faults', rule);
		expect((await call(simulator, 'GET', '/info')).status).toBe(503);
		const list = (await control(simulator, 'GET', '/faults')).json.data as Dict[];
		expect(list).toMatchObject([{ id: (json.ids as string[])[0], hits: 1 }]);
		expect((await control(simulator, 'POST', '/faults', { action: 'dance' })).status).toBe(400);
		expect((await control(simulator, 'DELETE', '/faults')).status).toBe(204);
	});

	it('changes version and settings over HTTP', async () => {
		await control(simulator, 'PUT', '/version', { version: '1.16' });
		expect(simulator.version).toBe('1.16');
		await control(simulator, 'PATCH', '/settings', { pingIntervalMs: 5 });
		expect(simulator.settings.pingIntervalMs).toBe(5);
		expect((await control(simulator, 'PATCH', '/settings', { pings: 5 })).status).toBe(400);
		expect((await control(simulator, 'PUT', '/version', { version: '9' })).status).toBe(400);
	});

	it('seeds and shows state over HTTP', async () => {
		await control(simulator, 'POST', '/seed/log', { count: 3, status: 'failed' });
		await control(simulator, 'POST', '/seed/feedback', {
			items: [{ rating: 'like' }, { content: 'x' }],
		});
		const counts = (await control(simulator, 'GET', '/state')).json;
		expect(counts).toMatchObject({ logs: 3, feedbacks: 2, messages: 2 });
		const logs = await call(simulator, 'GET', '/workflows/logs', undefined, 'app-workflow-key');
		expect(logs.json.total).toBe(3);
		const { data } = (await control(simulator, 'GET', '/state/feedbacks')).json as { data: Dict[] };
		expect(data.map((item) => item.content)).toEqual([null, 'x']);
		const file = await control(simulator, 'POST', '/seed/file', { name: 'a.bin', size: 10 });
		expect(file.json.data).toMatchObject([{ name: 'a.bin' }]);
	});

	it('changes and adds apps over HTTP', async () => {
		await control(simulator, 'PUT', '/apps', { name: 'Renamed' });
		expect((await call(simulator, 'GET', '/info')).json.name).toBe('Renamed');
		await control(simulator, 'PUT', '/apps', { key: 'app-new', mode: 'chat', name: 'New' });
		expect((await call(simulator, 'GET', '/info', undefined, 'app-new')).json.mode).toBe('chat');
	});

	it('records requests in a bounded list and counts all of them', async () => {
		simulator.settings.maxRecordedRequests = 10;
		for (let index = 0; index < 120; index += 1) await call(simulator, 'GET', '/info');
		await blocking('what');
		expect(simulator.requests.length).toBeLessThan(80);
		expect(simulator.requests.at(-1)).toMatchObject({
			...{ method: 'POST', path: '/v1/chat-messages', status: 200, aborted: false },
			body: { query: 'what', user: 'abc' },
			headers: { authorization: `Bearer ${simulator.apiKey}` },
		});
		const { json } = await control(simulator, 'GET', '/counters');
		expect(json).toMatchObject({
			total: 121,
			byPath: { 'GET /v1/info': 120 },
			byQuery: { what: 1 },
			acceptedByQuery: { what: 1 },
		});
		const chats = await control(simulator, 'GET', '/requests?path=chat');
		expect(chats.json.total).toBe(1);
		await control(simulator, 'DELETE', '/requests');
		expect(simulator.requests).toEqual([]);
	});

	it('plays scripts byte for byte', async () => {
		await control(simulator, 'POST', '/scripts', {
			name: 'odd',
			substitute: true,
			chunks: [
				{ data: 'data: {"event":"message","answer":"' },
				{ base64: Buffer.from('é').toString('base64'), delayMs: 10 },
				{ data: '","conversation_id":"{{conversation_id}}"}\n\n' },
			],
		});
		const events = eventsOf(await (await openChat(simulator, '#script odd')).text());
		const [conversation] = [...simulator.state.conversations.keys()];
		expect(events).toEqual([{ event: 'message', answer: 'é', conversation_id: conversation }]);
	});

	it('runs scenarios written as functions', async () => {
		simulator.addScenario('mine', async (run) => {
			run.startWorkflow();
			await run.node({ nodeId: 'only', type: 'code', title: 'Only' }, { outputs: { x: 1 } });
			await run.delta('from a function');
		});
		const text = await (await openChat(simulator, '#scenario mine')).text();
		expect(names(eventsOf(text))).toEqual([
			...['ping', 'workflow_started', 'node_started', 'node_finished', 'message'],
			...['message_end', 'workflow_finished'],
		]);
	});

	it('forgets everything on reset and closes open streams', async () => {
		await blocking('hi');
		simulator.setVersion('1.17');
		const open = openChat(simulator, '#hang').then(async (response) => await response.text());
		const broken = expect(open).rejects.toThrow();
		await new Promise((resolve) => setTimeout(resolve, 50));
		await control(simulator, 'POST', '/reset');
		await broken;
		expect(simulator.version).toBe('1.13.1');
		expect(simulator.state.messages.size).toBe(0);
		expect(simulator.requests).toHaveLength(0);
	});

	it('speaks TLS when given a certificate', async () => {
		const own = await startDifySimulator({ tls: createSelfSigned() });
		expect(own.baseUrl).toMatch(/^https:/);
		const body = await new Promise<string>((resolve, reject) => {
			const request = get(own.baseUrl, { rejectUnauthorized: false, agent: false }, (response) => {
				response.setEncoding('utf8');
				response.once('data', resolve);
			});
			request.once('error', reject);
		});
		expect(JSON.parse(body)).toHaveProperty('server_version');
		await own.close();
	});

	it('counts open connections and closes all of them', async () => {
		const own = await startDifySimulator();
		const response = await openChat(own, '#hang');
		expect(own.openConnections()).toBe(1);
		await own.close();
		expect(own.openConnections()).toBe(0);
		await expect(response.text()).rejects.toThrow();
	});
});
