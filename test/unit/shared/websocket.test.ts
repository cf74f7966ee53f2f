import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { HandshakeRefused, openSocket } from '../../../nodes/shared/websocket';

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
