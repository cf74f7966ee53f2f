import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { RoundReader } from '../../../../nodes/Cybertron/run/roundReader';
import { startRound } from '../../../../nodes/Cybertron/run/state/round';
import { openSocket } from '../../../../nodes/shared/websocket';
import { fragment } from '../support/frames';

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

describe('reading a round', () => {
	const read = async (timeouts: object, message = 'x') => {
		const socket = await openSocket(url, options);
		const reader = new RoundReader(socket, { idleMs: 400, endGraceMs: 100, ...timeouts });
		const state = startRound();
		const { ms } = await timed(reader.readRound(message, state));
		socket.terminate();
		return { state, ms };
	};

	it('ends at its limit although the server never stops talking', async () => {
		const wss = serve((socket) => {
			let n = 0;
			const timer = setInterval(() => socket.send(JSON.stringify(fragment(n++, 'a '))), 50);
			socket.once('close', () => clearInterval(timer));
		});
		const { state, ms } = await read({ maxRoundMs: 700 });
		expect(ms).toBeGreaterThanOrEqual(650);
		expect(ms).toBeLessThan(1_200);
		expect(state.phase).toBe('done');
		expect(state.error).toBeUndefined();
		expect(state.warning).toContain('did not come to an end');
		wss.close();
	});

	it('does not wait for ever for a server that takes no more bytes', async () => {
		const wss = serve((socket) => socket.pause());
		const { state, ms } = await read({}, 'x'.repeat(64 * 1024 * 1024));
		expect(state.error?.message).toBe('The Cybertron server sent nothing more before it answered');
		expect(ms).toBeLessThan(3_000);
		wss.close();
	});
});
