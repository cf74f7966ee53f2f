import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import type { EngineResult, EngineRun } from './engine';
import { runNode } from './engine';

/** What a server does with a request. Its body is read aside; `pause` the request to leave it unread. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server that does letter for letter what a test says, to Dify and to Cybertron clients. */
export interface HostileServer {
	origin: string;
	/** Every request and message since the last {@link answer} or {@link play}, by its path. */
	requests: string[];
	/** How many connections are open. */
	connections(): number;
	/** Says how requests are answered from now on. */
	answer(answer: Answer): void;
	/** Says what follows the first message on a WebSocket; `raw` is the connection below it. */
	play(play: (socket: WebSocket, raw: Socket) => unknown): void;
	/** Runs `node: resource.operation` with this server, and tells how long it took. */
	run(
		operation: string,
		parameters?: INodeParameters,
		more?: HostileRun,
	): Promise<EngineResult & { took: number }>;
	close(): Promise<void>;
}

export interface HostileRun extends Partial<Omit<EngineRun, 'node' | 'parameters'>> {
	credential?: ICredentialDataDecryptedObject;
}

/** @param upgrades Whether it opens WebSockets; if not, handshakes are requests like any other. */
export async function startHostileServer({ upgrades = true } = {}): Promise<HostileServer> {
	let answer: Answer = (_request, response) => response.end();
	let play: (socket: WebSocket, raw: Socket) => unknown = () => undefined;
	const sockets = new Set<Socket>();
	const requests: string[] = [];
	const server = createServer((request, response) => {
		requests.push(request.url ?? '');
		request.on('error', () => undefined).resume();
		response.on('error', () => undefined);
		answer(request, response);
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
	});
	const wss = new WebSocketServer({ noServer: true });
	const upgrade = (request: IncomingMessage, raw: Socket, head: Buffer) => {
		requests.push(request.url ?? '');
		wss.handleUpgrade(request, raw, head, (socket) => {
			socket.on('error', () => undefined).once('message', () => play(socket, raw));
		});
	};
	if (upgrades) server.on('upgrade', upgrade);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		requests,
		connections: () => sockets.size,
		answer: (next) => {
			requests.length = 0;
			answer = next;
		},
		play: (next) => {
			requests.length = 0;
			play = next;
		},
		run: async (operation, parameters = {}, { credential = {}, ...run } = {}) => {
			const [node = '', resource = '', name = ''] = operation.split('.');
			const begin = Date.now();
			const result = await runNode({
				node,
				parameters: { resource, operation: name, ...parameters },
				credentials: Object.fromEntries(
					(CREDENTIALS[node] ?? []).map((type) => [
						type,
						{ baseUrl: origin, ...KEYS[node], ...credential },
					]),
				),
				...run,
			});
			return { ...result, took: Date.now() - begin };
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const CREDENTIALS: Record<string, string[]> = {
	dify: ['difyApi', 'difyKnowledgeApi'],
	cybertron: ['cybertronApi'],
};
const KEYS: Record<string, ICredentialDataDecryptedObject> = {
	dify: { apiKey: 'app-hostile' },
	cybertron: { robotKey: 'robot-key', robotToken: 'robot-token', username: 'ann@example.com' },
};

/** Sends a piece again and again until nobody listens; at once, or with pauses. */
export function endlessly(response: ServerResponse, piece: Buffer | string, everyMs?: number) {
	let open = true;
	response.once('close', () => {
		open = false;
	});
	const send = () => {
		while (!response.destroyed && response.write(piece) && everyMs === undefined);
		if (!open) return;
		if (everyMs === undefined) response.once('drain', send);
		else setTimeout(send, everyMs);
	};
	send();
}

/** Waits until something is true; fails after five seconds. */
export async function until(condition: () => boolean, limitMs = 5_000): Promise<void> {
	for (const end = Date.now() + limitMs; Date.now() < end;) {
		if (condition()) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error('It never happened');
}
