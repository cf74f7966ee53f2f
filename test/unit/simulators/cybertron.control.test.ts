import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import { post, until, WireClient, type Frame } from './cybertron.helpers';

const DIALOG = '/openapi/v1/conversation/dialog/';
const STATUS = '/openapi/v1/chatflow/get_offline_file_status/';

describe('steering the simulator', () => {
	let simulator: CybertronSimulator;
	let auth: Record<string, string>;

	beforeEach(async () => {
		simulator = await startCybertronSimulator();
		auth = {
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			username: simulator.username,
		};
	});
	afterEach(async () => await simulator.close());
	const ask = (body: object) => post(simulator, DIALOG, { username: 'me', ...body });
	const control = async (method: string, path: string, body?: object) => {
		const init = body ? { method, body: JSON.stringify(body) } : { method };
		const response = await fetch(`${simulator.origin}/_control/${path}`, init);
		return (await response.json()) as Frame;
	};

	describe('faults', () => {
		it('answers another status a number of times', async () => {
			const directives = '#status 429 #retry-after 2';
			simulator.faults.add({ on: 'http', path: '/dialog/', directives, times: 2 });
			const call = () =>
				fetch(simulator.origin + DIALOG, {
					method: 'POST',
					headers: auth,
					body: JSON.stringify({ username: 'me', question: 'hi' }),
				});
			const [first, second, third] = [await call(), await call(), await call()];
			expect([first.status, second.status, third.status]).toEqual([429, 429, 200]);
			expect(first.headers.get('retry-after')).toBe('2');
			expect(await first.text()).toContain('<h1>429 Too Many Requests</h1>');
			expect(simulator.accepted.get('hi')).toBe(1);
			expect(simulator.requests.map((request) => request.status)).toEqual([429, 429, 200]);
		});

		it('answers an envelope with another status', async () => {
			const { status, json } = await ask({ question: '#status 500 #json' });
			expect({ status, json }).toMatchObject({ status: 500, json: { code: '500000' } });
		});

		it('loses requests before, and answers after they were processed', async () => {
			await expect(ask({ question: '#reset' })).rejects.toThrow();
			await expect(ask({ question: '#lost' })).rejects.toThrow();
			await expect(ask({ question: '#truncate' })).rejects.toThrow();
			await expect(ask({ question: '#invalid-json' })).rejects.toThrow(/JSON/);
			const accepted = Object.fromEntries(simulator.accepted);
			expect(accepted).toEqual({ '#lost': 1, '#truncate': 1, '#invalid-json': 1 });
		});

		it('answers late, or never', async () => {
			const started = Date.now();
			await ask({ question: '#delay 60' });
			expect(Date.now() - started).toBeGreaterThanOrEqual(59);
			const signal = AbortSignal.timeout(60);
			const init = { method: 'POST', headers: auth, signal, body: '{"question":"#stall"}' };
			await expect(fetch(simulator.origin + DIALOG, init)).rejects.toThrow(/timeout/);
		});

		it('draws one of several faults, again and again the same with the same seed', async () => {
			const oneOf = ['#status 429 #json', '#status 503 #json'];
			const statuses = async () => {
				simulator.faults.clear();
				simulator.faults.seed(7);
				simulator.faults.add({ on: 'http', oneOf, probability: 0.5 });
				const calls = Array.from({ length: 40 }, async () => await ask({ question: 'hi' }));
				return (await Promise.all(calls)).map(({ status }) => status);
			};
			const first = await statuses();
			expect(new Set(first)).toEqual(new Set([200, 429, 503]));
			const failed = (status: number) => first.filter((one) => one === status).length;
			const strikes = {
				'http #status 429 #json': failed(429),
				'http #status 503 #json': failed(503),
			};
			expect(simulator.faults.strikes()).toEqual(strikes);
			expect(simulator.faults.struck()).toBe(failed(429) + failed(503));
			expect(await control('GET', 'state')).toMatchObject({ strikes });
			expect((await statuses()).sort()).toEqual(first.sort());
		});

		it('refuses any call with a code', async () => {
			simulator.faults.add({ on: 'http', path: STATUS, directives: '#error:500000', times: 1 });
			const response = await fetch(`${simulator.origin}${STATUS}?file_id=1`, { headers: auth });
			expect(await response.json()).toMatchObject({ code: '500000' });
		});
	});

	describe('control', () => {
		it('shows and forgets what happened', async () => {
			await ask({ question: 'hi' });
			await ask({ question: 'hi' });
			expect(await control('GET', 'accepted')).toEqual({ hi: 2 });
			expect(await control('GET', 'requests')).toMatchObject([
				{ method: 'POST', path: DIALOG, body: { question: 'hi' }, status: 200 },
				{ method: 'POST' },
			]);
			await control('POST', 'reset');
			expect(await control('GET', 'accepted')).toEqual({});
			expect(simulator.requests).toEqual([]);
		});

		it('takes faults, scripts, settings and files', async () => {
			await control('POST', 'faults', { on: 'http', directives: '#error:500000', times: 1 });
			expect((await ask({ question: 'hi' })).json.code).toBe('500000');
			await control('POST', 'scripts', {
				name: 'printed',
				transcript: 'three-rounds',
				match: { segmentCode: 'seg' },
			});
			await control('POST', 'settings', { latencyMs: 1 });
			const client = await WireClient.open(simulator);
			const frames = await client.round({ question: '', segment_code: 'seg' });
			expect(frames).toHaveLength(9);
			expect(await control('GET', 'state')).toMatchObject({
				openSockets: 1,
				counters: { connections: 1 },
				faultsStruck: 1,
				settings: { latencyMs: 1 },
			});
			expect(await control('GET', 'received')).toMatchObject([{ json: { segment_code: 'seg' } }]);
			expect(await control('POST', 'disconnect', { abrupt: true })).toEqual({ closed: 1 });
			await until(() => simulator.openSockets() === 0);
			const file = await control('POST', 'files', { fileName: 'c.txt' });
			await control('POST', 'files/progress', { mode: 'manual' });
			await control('POST', 'files/change', { id: file.id, parseContent: 'changed', position: 3 });
			await control('POST', 'files/advance', { id: file.id });
			expect(await control('GET', 'files')).toMatchObject([
				{ id: file.id, position: 4, parseContent: 'changed' },
			]);
			expect(await control('GET', 'nonsense')).toMatchObject({ error: 'unknown' });
		});
	});
});
