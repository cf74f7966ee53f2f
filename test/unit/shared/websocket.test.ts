import type { Socket } from 'node:net';

import { HandshakeRefused, openSocket } from '../../../nodes/shared/websocket';
import { startWebSocketServer, timed, type TestServer } from '../../support/webSocketServer';

let server: TestServer;

beforeEach(async () => {
	server = await startWebSocketServer();
});
afterEach(async () => await server.close());

const options = { connectTimeoutMs: 5_000 };

describe('opening a socket', () => {
	it('reads the page of a refusal no longer than two seconds', async () => {
		server.http.on('upgrade', (_request, socket) => {
			socket.write('HTTP/1.1 503 No\r\nContent-Length: 100000\r\n\r\nstart of the page');
		});
		const { result, ms } = await timed(openSocket(server.url, options));
		expect(result).toBeInstanceOf(HandshakeRefused);
		expect(result).toMatchObject({ statusCode: 503, body: 'start of the page' });
		expect(ms).toBeLessThan(3_000);
	});

	it('reads no more of a refusal than its start', async () => {
		server.http.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write(`HTTP/1.1 403 No\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`);
		});
		const { result, ms } = await timed(openSocket(server.url, options));
		expect((result as HandshakeRefused).body).toHaveLength(2_000);
		expect(ms).toBeLessThan(1_500);
	});

	it('fails at once when the server does not speak HTTP', async () => {
		server.http.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write('Hello!\r\n\r\n');
		});
		const { result, ms } = await timed(openSocket(server.url, options));
		expect(result).toMatchObject({ message: expect.stringMatching(/./) as string });
		expect(ms).toBeLessThan(1_500);
	});

	it('gives up after its time however lively the server drips its answer', async () => {
		server.http.on('upgrade', (_request, socket) => {
			socket.on('error', () => undefined);
			socket.write('HTTP/1.1 101 Switching Protocols\r\nX-Long: ');
			const timer = setInterval(() => socket.write('x'), 20);
			socket.once('close', () => clearInterval(timer));
		});
		const { result, ms } = await timed(openSocket(server.url, { connectTimeoutMs: 300 }));
		expect(result).toMatchObject({ code: 'ETIMEDOUT' });
		expect(ms).toBeGreaterThanOrEqual(300);
		expect(ms).toBeLessThan(1_500);
	});
});

describe('an open socket', () => {
	it('survives errors of every kind after it was cut', async () => {
		const wss = server.serve((socket) => {
			// A frame with reserved bits, then the connection is gone.
			(socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xf1, 0x01, 0x00]));
			socket.terminate();
		});
		const socket = await openSocket(server.url, options);
		socket.terminate();
		socket.terminate();
		await expect(socket.send('late')).rejects.toThrow();
		await socket.close();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(socket.ended()).toBeDefined();
		wss.close();
	});

	it('tells what was wrong with a frame', async () => {
		const wss = server.serve((socket) => {
			(socket as unknown as { _socket: Socket })._socket.write(Buffer.from([0xf1, 0x01, 0x00]));
		});
		const socket = await openSocket(server.url, options);
		for await (const text of socket.frames) expect(text).toBeUndefined();
		expect(socket.ended()?.error?.message).toMatch(/RSV/);
		await socket.close();
		wss.close();
	});

	it('does not take more from the server than its reader can', async () => {
		const COUNT = 20_000;
		const padding = ' '.repeat(1_000);
		const wss = server.serve((socket) => {
			for (let n = 0; n < COUNT; n++) socket.send(n + padding);
		});
		const socket = await openSocket(server.url, options);
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
