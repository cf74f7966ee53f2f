import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { ServerActions } from './control';
import type { FaultBook } from './faults';
import { serveHttp } from './httpServer';
import { defaultRobot, DEFAULT_USERNAME, type RobotConfig } from './robots';
import type { ScriptBook } from './scripts';
import {
	createState,
	resetState,
	type ReceivedMessage,
	type RecordedRequest,
	type SimulatorState,
} from './state';
import { serveUpgrade } from './upgrade';

export { ASSISTANT_FLOW, COLLECTION_FLOW, UPLOAD_FLOW } from './flows';
export { FILE_STATUS } from './offlineFiles';
export { loadTranscript } from './scripts';
export { createSelfSigned } from './selfSigned';
export type { Fault } from './faults';
export type { RobotConfig } from './robots';
export type { Script, ScriptFrame, Transcript } from './scripts';
export type { ReceivedMessage, RecordedRequest, Settings, SimulatorState } from './state';

export interface CybertronOptions {
	/** 0, the default, lets the system choose. */
	port?: number;
	host?: string;
	/** PEM texts; the origins then start with https and wss. */
	tls?: { key: string; cert: string };
	/** The default is one robot that any user may talk to. */
	robots?: RobotConfig[];
}

/** A running simulator. See README.md for what it does and how to make it misbehave. */
export interface CybertronSimulator {
	/** `http://127.0.0.1:<port>`. */
	origin: string;
	/** `ws://127.0.0.1:<port>`. */
	wsOrigin: string;
	port: number;
	/** Credentials of the first robot; the key is URL-encoded, as handed out by the platform. */
	robotKey: string;
	robotToken: string;
	username: string;
	/** Every HTTP request but those of the control interface. */
	requests: RecordedRequest[];
	/** Every WebSocket message. */
	received: ReceivedMessage[];
	/** How often a chat message was accepted, by question: no message may arrive twice. */
	accepted: ReadonlyMap<string, number>;
	/** WebSockets that are open now. */
	openSockets(): number;
	/** TCP connections that are open now. */
	openConnections(): number;
	state: SimulatorState;
	faults: FaultBook;
	scripts: ScriptBook;
	/** Ends all WebSockets, abruptly or with a close frame; tells how many there were. */
	disconnect(abrupt?: boolean): number;
	/** Forgets all requests, sessions, files, faults and scripts. Open connections stay open. */
	reset(): void;
	close(): Promise<void>;
}

/** Starts a server; it is ready when the promise resolves. */
export async function startCybertronSimulator(
	options: CybertronOptions = {},
): Promise<CybertronSimulator> {
	const { host = '127.0.0.1', tls, robots = [defaultRobot()] } = options;
	const state = createState(robots);
	const sockets = new WebSocketServer({ noServer: true });
	const connections = new Set<Socket>();
	const actions = serverActions(state, sockets, connections);
	const server: Server = tls ? createHttpsServer(tls) : createHttpServer();
	// Uploads of any length of time are welcome.
	server.requestTimeout = 0;
	server.on('connection', (connection: Socket) => {
		connections.add(connection);
		connection.once('close', () => connections.delete(connection));
	});
	server.on('request', (request, response) => {
		// A request that its client gives up cannot be answered.
		serveHttp(state, request, response, actions).catch(() => response.destroy());
	});
	server.on('upgrade', (request, stream, head) => {
		serveUpgrade(state, sockets, request, stream, head).catch(() => stream.destroy());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, host, resolve);
	});
	const { port } = server.address() as AddressInfo;
	const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
	return {
		origin: `${tls ? 'https' : 'http'}://${authority}`,
		wsOrigin: `${tls ? 'wss' : 'ws'}://${authority}`,
		port,
		robotKey: robots[0]?.key ?? '',
		robotToken: robots[0]?.token ?? '',
		username: robots[0]?.usernames?.[0] ?? DEFAULT_USERNAME,
		requests: state.requests,
		received: state.received,
		accepted: state.accepted,
		state,
		faults: state.faults,
		scripts: state.scripts,
		...actions,
		disconnect: (abrupt = false) => actions.disconnect(abrupt),
		async close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const connection of connections) connection.destroy();
			await closed;
		},
	};
}

function serverActions(
	state: SimulatorState,
	sockets: WebSocketServer,
	connections: ReadonlySet<Socket>,
): ServerActions {
	return {
		reset: () => resetState(state),
		openSockets: () => sockets.clients.size,
		openConnections: () => connections.size,
		disconnect(abrupt) {
			const open = [...sockets.clients];
			for (const socket of open) {
				if (abrupt) socket.terminate();
				else socket.close(1001, 'going away');
			}
			return open.length;
		},
	};
}
