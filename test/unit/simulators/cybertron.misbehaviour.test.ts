import { WebSocket } from 'ws';
import {
	ASSISTANT_FLOW,
	createSelfSigned,
	loadTranscript,
	startCybertronSimulator,
	type CybertronSimulator,
} from '../../simulators/cybertron';
import { outline, until, WireClient } from './cybertron.helpers';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the misbehaving simulator', () => {
	let simulator: CybertronSimulator;
	let client: WireClient;

	beforeEach(async () => {
		simulator = await startCybertronSimulator();
		client = await WireClient.open(simulator);
	});
	afterEach(async () => {
		await client.close();
		await simulator.close();
	});

	it.each([
		['#close-after 2', 2, 1000],
		['#close-after:3 #close-code:1011', 3, 1011],
		['#close-after', 0, 1000],
		['#terminate-after 1', 1, 1006],
		['#half-after:2', 2, 1006],
		['hi #close-code:1001', 6, 1001],
	])('closes as asked: %s', async (question, frames, code) => {
		client.send({ question });
		expect((await client.closed).code).toBe(code);
		expect(client.frames).toHaveLength(frames);
		await until(() => simulator.openSockets() === 0);
	});

	it.each([
		['#silent', 0],
		['#silent-after 3', 3],
		['a b #half-after:1 #stall', 1],
	])('falls silent but stays open: %s', async (question, frames) => {
		client.send({ question });
		await until(() => simulator.received.length === 1);
		await pause(80);
		expect(client.frames).toHaveLength(frames);
		expect(simulator.openSockets()).toBe(1);
		expect(simulator.accepted.get(question)).toBe(1);
	});

	it('waits before every frame, and stops waiting when the client leaves', async () => {
		const started = Date.now();
		await client.round({ question: 'hi #slow 20' });
		expect(Date.now() - started).toBeGreaterThanOrEqual(5 * 20);
		client.send({ question: '#delay 60000' });
		await until(() => simulator.received.length === 2);
		await client.close();
		await until(() => simulator.openConnections() === 0);
	});

	it('mixes rubbish between the frames', async () => {
		const question = 'hi #junk #invalid-json #binary #heartbeat #unknown';
		const frames = await client.round({ question });
		const numbered = frames.filter((frame) => frame.index !== undefined);
		expect(outline(numbered)).toEqual(['-2', '-1', '0', '1', '2', '-5', '002012', '3']);
		expect(client.texts.filter((text) => text === 'ok')).toHaveLength(8);
		expect(client.texts.filter((text) => text === '{"code":"000000","da')).toHaveLength(8);
		expect(client.binaries).toHaveLength(8);
	});

	it('doubles and swaps frames', async () => {
		const twice = outline(await client.round({ question: 'hi #duplicate:3' }));
		expect(twice).toEqual(['-2', '-1', '0', '0', '1', '2', '3']);
		client.send({ question: 'a b #reorder:1 ' });
		await until(() => client.frames.length === twice.length + 7);
		expect(outline(client.frames.slice(twice.length))).toEqual([
			...['-2', '-1', '1', '0', '2', '3', '4'],
		]);
	});

	it('sends a frame of ten megabytes', async () => {
		await client.round({ question: 'hi #giant' });
		const sizes = client.texts.map((text) => text.length);
		expect(Math.max(...sizes)).toBeGreaterThan(10 * 1024 * 1024);
	});

	it('pings before every frame and counts the pongs', async () => {
		const frames = await client.round({ question: 'hi #ping' });
		await until(() => simulator.state.counters.pongs === frames.length);
	});

	it.each([401, 403, 429, 502])('refuses the handshake with %d and a page', async (status) => {
		simulator.faults.add({ on: 'upgrade', directives: `#status ${status}`, times: 1 });
		const socket = new WebSocket(`${simulator.wsOrigin}/openapi/v2/ws/dialog/`);
		const [code, page] = await new Promise<[number | undefined, string]>((resolve) => {
			socket.on('unexpected-response', (_request, response) => {
				let text = '';
				response.on('data', (chunk: Buffer) => (text += chunk.toString()));
				response.on('end', () => resolve([response.statusCode, text]));
			});
		});
		expect(code).toBe(status);
		expect(page).toContain(`<h1>${status} `);
		await (await WireClient.open(simulator)).close();
	});

	it.each([
		['#reset', /socket hang up|ECONNRESET/],
		['#bad-accept', /Invalid Sec-WebSocket-Accept/],
	])('spoils the handshake: %s', async (directives, message) => {
		simulator.faults.add({ on: 'upgrade', directives, times: 1 });
		await expect(WireClient.open(simulator)).rejects.toThrow(message);
	});

	it('never answers a handshake, or closes at once', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#stall', times: 1 });
		const socket = new WebSocket(`${simulator.wsOrigin}/openapi/v2/ws/dialog/`);
		socket.on('error', () => undefined);
		await until(() => simulator.state.counters.refused === 1);
		await pause(50);
		expect(socket.readyState).toBe(WebSocket.CONNECTING);
		socket.terminate();
		simulator.faults.add({ on: 'upgrade', directives: '#close-after', times: 1 });
		const second = await WireClient.open(simulator);
		expect((await second.closed).code).toBe(1000);
	});

	it('knows two socket paths, both with a slash at the end', async () => {
		await expect(WireClient.open(simulator, '/openapi/v2/ws/dialog')).rejects.toThrow(/404/);
		await expect(WireClient.open(simulator, '/openapi/v3/ws/dialog/')).rejects.toThrow(/404/);
		await (await WireClient.open(simulator, '/openapi/v1/ws/dialog/')).close();
	});

	it('never answers a close frame', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#never-close', times: 1 });
		const stubborn = await WireClient.open(simulator);
		stubborn.socket.close(1000);
		await pause(80);
		expect(stubborn.socket.readyState).toBe(WebSocket.CLOSING);
		await stubborn.close();
	});

	it('strikes by probability, the same way for the same seed', async () => {
		const run = async () => {
			simulator.reset();
			simulator.faults.seed(7);
			simulator.faults.add({ on: 'round', directives: '#error:500000', probability: 0.3 });
			const codes: unknown[] = [];
			for (let i = 0; i < 40; i++) {
				codes.push((await client.round({ question: `q${i}` })).at(-1)?.code);
			}
			return codes;
		};
		const first = await run();
		const failures = first.filter((code) => code === '500000').length;
		expect(failures).toBeGreaterThan(4);
		expect(failures).toBeLessThan(20);
		expect(await run()).toEqual(first);
	});

	it('strikes the chosen rounds only', async () => {
		simulator.faults.add({ on: 'round', directives: '#busy', question: 'b', skip: 1, times: 1 });
		const ends = [];
		for (const question of ['a', 'b1', 'b2', 'b3']) {
			ends.push((await client.round({ question })).at(-1)?.type);
		}
		expect(ends).toEqual(['json', 'json', 'string', 'json']);
		expect(simulator.faults.struck()).toBe(1);
	});

	it('plays a printed transcript letter for letter', async () => {
		const printed = loadTranscript('three-rounds');
		const rounds = printed.rounds.map((round) => round.server);
		simulator.scripts.add({ name: 'mine', rounds, match: { segmentCode: 'cd0f' } });
		for (const { client: message } of printed.rounds) {
			const { question } = JSON.parse(message) as { question: string };
			await client.round({ question, segment_code: 'cd0f' });
		}
		expect(client.texts).toEqual(rounds.flat());
		const over = await client.round({ question: 'more', segment_code: 'cd0f' });
		expect(over).toMatchObject([{ code: '500000', message: 'The script mine is over' }]);
	});

	it('plays a script by name with its delays', async () => {
		simulator.scripts.add({
			name: 'two',
			rounds: [[{ text: 'one', delayMs: 30 }, { base64: 'AAE=' }, '{"code":"9"}']],
			delayMs: 5,
		});
		const started = Date.now();
		await client.round({ question: '#script:two' }, (frame) => frame.code === '9');
		expect(Date.now() - started).toBeGreaterThanOrEqual(39);
		expect(client.binaries).toEqual([Buffer.from([0, 1])]);
	});

	it('records handshakes, messages and how sockets end', async () => {
		await client.round({ question: 'hi' });
		client.socket.close(1000);
		await until(() => simulator.state.closes.length === 1);
		expect(simulator.state.closes[0]).toMatchObject({ connection: 1, code: 1000 });
		expect(simulator.state.handshakes[0]).toMatchObject({ path: '/openapi/v2/ws/dialog/' });
		expect(simulator.received[0]).toMatchObject({ connection: 1, json: { question: 'hi' } });
	});

	it('ends all sockets on demand', async () => {
		expect(simulator.disconnect()).toBe(1);
		expect((await client.closed).code).toBe(1001);
	});

	it('stops sending big rounds to a reader that is gone', async () => {
		client.send({
			question: '#big 1000000',
			open_flow_trigger: 'direct',
			open_flow_uuid: ASSISTANT_FLOW,
		});
		await until(() => client.texts.length > 10);
		await client.close();
		await until(() => simulator.openConnections() === 0);
	});
});

describe('the simulator behind TLS', () => {
	it('serves https and wss with a certificate that nobody trusts', async () => {
		const simulator = await startCybertronSimulator({ tls: createSelfSigned() });
		try {
			expect(simulator.wsOrigin).toMatch(/^wss:/);
			await expect(WireClient.open(simulator)).rejects.toThrow(/self.signed/i);
			const path = '/openapi/v2/ws/dialog/';
			const client = await WireClient.open(simulator, path, { rejectUnauthorized: false });
			const frames = await client.round({ question: 'hi' });
			expect(frames.at(-1)?.finish).toBe('y');
			await client.close();
		} finally {
			await simulator.close();
		}
	});
});
