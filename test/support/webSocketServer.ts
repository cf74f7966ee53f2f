import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A server on the loopback whose answers to WebSocket clients the test decides. */
export interface TestServer {
	/** For tests that answer the upgrade themselves. */
	http: Server;
	url: string;
	/** Serves every connection with the function. */
	serve(connected: (socket: WebSocket) => void): WebSocketServer;
	/** Ends all connections, too. */
	close(): Promise<void>;
}

export async function startWebSocketServer(): Promise<TestServer> {
	const sockets = new Set<Socket>();
	const http = createServer();
	http.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	return {
		http,
		url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
		serve: (connected) => {
			const wss = new WebSocketServer({ server: http });
			wss.on('connection', (socket) => {
				socket.on('error', () => undefined);
				connected(socket);
			});
			return wss;
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => http.close(resolve));
		},
	};
}

/** What the work gave, or its error, and how long it took. */
export async function timed<T>(work: Promise<T>): Promise<{ result: T | Error; ms: number }> {
	const started = Date.now();
	const result = await work.catch((error: unknown) => error as Error);
	return { result, ms: Date.now() - started };
}
