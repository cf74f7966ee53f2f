import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { createLine, readRound } from '../../../nodes/Cybertron/transport/readRound';
import { retryDelayMs } from '../../../nodes/Cybertron/transport/retry';
import { secretCleaner } from '../../../nodes/Cybertron/transport/secrets';
import { startRound } from '../../../nodes/Cybertron/stream/state';
import { createInbox } from '../../../nodes/shared/transport/inbox';
import { HandshakeRefused, openSocket } from '../../../nodes/shared/transport/websocket';
import { fragment } from './support/frames';

let server: Server;
let url: string;
const sockets = new Set<Socket>();

beforeEach(async () => {
	server = createServer();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
	for (const socket of sockets) socket.destroy();
	await new Promise((resolve) => server.close(resolve));
});

const options = { connectTimeoutMs: 5_000 };

/** Serves every connection with the function. */
function serve(connected: (socket: WebSocket) => void): WebSocketServer {
	const wss = new WebSocketServer({ server });
	wss.on('connection', (socket) => {
		socket.on('error', () => undefined);
		connected(socket);
	});
	return wss;
}

const timed = async <T>(work: Promise<T>) => {
	const started = Date.now();
	const result = await work.catch((error: unknown) => error as Error);
	return { result, ms: Date.now() - started };
};

describe('opening a socket', () => {
	it('reads the page of a refusal no longer than two seconds', async () => {
		server.on('upgrade', (_request, socket) => {
			socket.write('HTTP/1.1 503 No\r\nContent-Length: 100000\r\n\r\nstart of the page');
		});
		const { result, ms } = await timed(openSocket(url, options));
		expect(result).toBeInstanceOf(HandshakeRefused);
		expect(result).toMatchObject({ statusCode: 503, body: 'start of the page' });
		expect(ms).toBeLessThan(3_000);
	});

	it('reads no more of a refusal than its start', async () => {
		server.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write(`HTTP/1.1 403 No\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`);
		});
		const { result, ms } = await timed(openSocket(url, options));
		expect((result as HandshakeRefused).body).toHaveLength(2_000);
		expect(ms).toBeLessThan(1_500);
	});

	it('fails at once when the server does not speak HTTP', async () => {
		server.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write('Hello!\r\n\r\n');
		});
		const { result, ms } = await timed(openSocket(url, options));
		expect(result).toMatchObject({ message: expect.stringMatching(/./) as string });
		expect(ms).toBeLessThan(1_500);
	});

	it('gives up after its time however lively the server drips its answer', async () => {
		server.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write('HTTP/1.1 101 Switching Protocols\r\nX-Long: ');
			const timer = setInterval(() => socket.write('x'), 20);
			socket.once('close', () => clearInterval(timer));
		});
		const { result, ms } = await timed(openSocket(url, { connectTimeoutMs: 300 }));
		expect(result).toMatchObject({ code: 'ETIMEDOUT' });
		expect(ms).toBeGreaterThanOrEqual(300);
		expect(ms).toBeLessThan(1_500);
	});
});

describe('an open socket', () => {
	it('survives errors of every kind after it was cut', async () => {
		const wss = serve((socket) => {
			// A frame with reserved bits, then the connection is gone.
			(socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xf1, 0x01, 0x00]));
			socket.terminate();
		});
		const socket = await openSocket(url, options);
		socket.terminate();
		socket.terminate();
		await expect(socket.send('late')).rejects.toThrow();
		await socket.close();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(socket.ended()).toBeDefined();
		wss.close();
	});

	it('tells what was wrong with a frame', async () => {
		const wss = serve((socket) => {
			(socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xf1, 0x01, 0x00]));
		});
		const socket = await openSocket(url, options);
		for await (const text of socket.frames) expect(text).toBeUndefined();
		expect(socket.ended()?.error?.message).toMatch(/RSV/);
		await socket.close();
		wss.close();
	});

	it('does not take more from the server than its reader can', async () => {
		const COUNT = 20_000;
		const padding = ' '.repeat(1_000);
		const wss = serve((socket) => {
			for (let n = 0; n < COUNT; n++) socket.send(n + padding);
		});
		const socket = await openSocket(url, options);
		let most = 0;
		let expected = 0;
		for await (const text of socket.frames) {
			if (Number(text) !== expected) throw new Error(`${text} instead of ${expected}`);
			expected += 1;
			if (expected % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
			most = Math.max(most, socket.waiting());
			if (expected === COUNT) break;
		}
		expect(expected).toBe(COUNT);
		// What is in one chunk of the network still comes when the sender was asked to pause.
		expect(most).toBeLessThan(1_000);
		await socket.close();
		wss.close();
	});
});

describe('reading a round', () => {
	const read = async (patience: object, message = 'x') => {
		const socket = await openSocket(url, options);
		const line = createLine(socket, { idleMs: 400, graceMs: 100, ...patience }, secretCleaner([]));
		const state = startRound();
		const { ms } = await timed(readRound(line, message, state));
		socket.terminate();
		return { state, ms };
	};

	it('ends at its limit although the server never stops talking', async () => {
		const wss = serve((socket) => {
			let n = 0;
			const timer = setInterval(() => socket.send(JSON.stringify(fragment(n++, 'a '))), 50);
			socket.once('close', () => clearInterval(timer));
		});
		const { state, ms } = await read({ limitMs: 700 });
		expect(ms).toBeGreaterThanOrEqual(700);
		expect(ms).toBeLessThan(1_200);
		expect(state.phase).toBe('done');
		expect(state.problem).toBeUndefined();
		expect(state.warning).toContain('did not come to an end');
		wss.close();
	});

	it('does not wait for ever for a server that takes no more bytes', async () => {
		const wss = serve((socket) => socket.pause());
		const { state, ms } = await read({}, 'x'.repeat(64 * 1024 * 1024));
		expect(state.problem?.message).toBe(
			'The Cybertron server sent nothing more before it answered',
		);
		expect(ms).toBeLessThan(3_000);
		wss.close();
	});
});

describe('what is tried again', () => {
	it.each([
		['a read that never reached the server', true, { network: 'ECONNREFUSED' }, 500],
		['a question that never reached the server', false, { network: 'ENOTFOUND' }, 500],
		['a read that was cut', true, { network: 'ECONNRESET' }, 500],
		['a question that was cut', false, { network: 'ECONNRESET' }, undefined],
		['a read that a proxy spoiled', true, { status: 503 }, 500],
		['a question that a proxy spoiled', false, { status: 503 }, undefined],
		['a read that timed out', true, { network: 'ECONNABORTED' }, undefined],
		['a read that was refused', true, { status: 404 }, undefined],
		['a read for which the server wants a pause', true, { status: 429, retryAfter: '3' }, 3_000],
		[
			'a read for which the server wants a long pause',
			true,
			{ status: 429, retryAfter: '60' },
			undefined,
		],
		['a read with a pause that nobody understands', true, { status: 429, retryAfter: 'soon' }, 500],
	])('%s', (_what, safe, failed, expected) => {
		expect(retryDelayMs(safe, failed, 1)).toBe(expected);
	});

	it('is tried three times in all, with growing pauses', () => {
		const delays = [1, 2, 3].map((tries) => retryDelayMs(true, { status: 502 }, tries));
		expect(delays).toEqual([500, 1_500, undefined]);
	});
});

describe('cleaning answers of secrets', () => {
	const clean = secretCleaner(['Ab12/Cd34Ef=', '']);

	it('takes them out however they are escaped', () => {
		const text = '{"a":"Ab12\\/Cd34Ef\\u003d","b":["x Ab12%2FCd34Ef%3D y"]}';
		expect(clean(text, JSON.parse(text))).toEqual({ a: '***', b: ['x *** y'] });
	});

	it('leaves an answer without them as it is', () => {
		const parsed = { a: 'Ab12' };
		expect(clean('{"a":"Ab12"}', parsed)).toBe(parsed);
	});
});

it('an inbox asks for a pause when it is full, and goes on when it is empty', async () => {
	const asked: string[] = [];
	const inbox = createInbox({
		pause: () => void asked.push('pause'),
		resume: () => void asked.push('resume'),
	});
	for (let n = 0; n < 300; n++) inbox.push(String(n));
	expect([inbox.waiting(), asked]).toEqual([300, ['pause']]);
	inbox.finish();
	const texts: string[] = [];
	for await (const text of inbox.texts) texts.push(text);
	expect(texts).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
	expect(asked).toEqual(['pause', 'resume']);
});

it('an inbox asks for a pause when a few large texts wait', async () => {
	const asked: string[] = [];
	const inbox = createInbox({
		pause: () => void asked.push('pause'),
		resume: () => void asked.push('resume'),
	});
	const large = 'x'.repeat(600_000);
	inbox.push(large);
	expect(asked).toEqual([]);
	inbox.push(large);
	inbox.push(large);
	expect([inbox.waiting(), asked]).toEqual([3, ['pause']]);
	const texts = inbox.texts[Symbol.asyncIterator]();
	for (let n = 0; n < 3; n++) expect((await texts.next()).value).toBe(large);
	expect([inbox.waiting(), asked]).toEqual([0, ['pause', 'resume']]);
	inbox.push(large);
	expect(asked).toEqual(['pause', 'resume']);
	expect((await texts.next()).value).toBe(large);
});
