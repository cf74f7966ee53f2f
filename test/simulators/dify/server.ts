import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Scenario, SseScript } from './chat/registry';
import { SimulatorCore } from './core';
import type { FaultPlan } from './faults';
import type { KnowledgeStore } from './knowledge/store';
import { handle } from './pipeline';
import type { RequestCounters } from './recorder';
import { Seeder } from './seeds';
import type { SimulatorState } from './state';
import type { App, AppConfig, RecordedRequest, Settings } from './types';
import { isDifyVersion, type DifyVersion } from './versions';

export interface DifySimulatorOptions {
	/** 0 or missing: a free port. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** Default 1.13.1. */
	version?: DifyVersion;
	/** Laid over the default apps by key; the first one's key becomes `apiKey`. */
	apps?: AppConfig[];
	settings?: Partial<Omit<Settings, 'version'>>;
	tls?: { key: string; cert: string };
}

export interface DifySimulator {
	/** e.g. `http://127.0.0.1:45678`. */
	origin: string;
	/** `origin` + `/v1`. */
	baseUrl: string;
	apiKey: string;
	/** The workspace's key for its knowledge. */
	knowledgeApiKey: string;
	port: number;
	/** The newest requests, oldest first; a bounded list (`settings.maxRecordedRequests`). */
	readonly requests: RecordedRequest[];
	readonly state: SimulatorState;
	/** `state.knowledge`: bases, their documents, tags, models, and counts of writes. */
	readonly knowledge: KnowledgeStore;
	readonly faults: FaultPlan;
	readonly seed: Seeder;
	/** Live settings: assign to change them. */
	readonly settings: Settings;
	readonly version: DifyVersion;
	setVersion(version: DifyVersion): void;
	/** The app with this key (default: the first); assign to its fields to change it. */
	app(key?: string): App;
	/** Counters of all requests since the last reset. */
	counters(): RequestCounters;
	/** How many chat messages with exactly this query were accepted for execution. */
	acceptedChats(query: string): number;
	/** Played by `#script NAME` in a query. */
	addScript(name: string, script: SseScript): void;
	/** Run by `#scenario NAME` in a query. */
	addScenario(name: string, scenario: Scenario): void;
	/** TCP connections that are open right now. */
	openConnections(): number;
	/** Task ids of the runs that have not ended. */
	activeTasks(): string[];
	/** Ends all runs, forgets everything, and goes back to the settings of the start. */
	reset(): void;
	close(): Promise<void>;
}

/** Starts a simulated Dify server; see the README beside this directory. */
export async function startDifySimulator(
	options: DifySimulatorOptions = {},
): Promise<DifySimulator> {
	const core = new SimulatorCore(options.version ?? '1.13.1', options.apps ?? [], options.settings);
	const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
		void handle(core, request, response);
	};
	const server: Server = options.tls
		? createTlsServer(options.tls, onRequest)
		: createServer(onRequest);
	server.keepAliveTimeout = 75_000;
	server.requestTimeout = 0;
	trackSockets(server, core.sockets);
	const host = options.host ?? '127.0.0.1';
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, host, resolve);
	});
	const { port } = server.address() as AddressInfo;
	core.origin = `${options.tls ? 'https' : 'http'}://${host}:${port}`;
	return handleFor(core, server, port, options.apps?.[0]?.key ?? 'app-demo-key');
}

function trackSockets(server: Server, sockets: Set<Socket>): void {
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
}

function handleFor(
	core: SimulatorCore,
	server: Server,
	port: number,
	apiKey: string,
): DifySimulator {
	return {
		origin: core.origin,
		baseUrl: `${core.origin}/v1`,
		apiKey,
		knowledgeApiKey: 'dataset-demo-key',
		port,
		requests: core.recorder.requests,
		get state() {
			return core.state;
		},
		get knowledge() {
			return core.state.knowledge;
		},
		faults: core.faults,
		seed: new Seeder(core),
		get settings() {
			return core.settings;
		},
		get version() {
			return core.settings.version;
		},
		setVersion(version) {
			if (!isDifyVersion(version)) throw new Error(`unknown Dify version ${String(version)}`);
			core.settings.version = version;
		},
		app(key = apiKey) {
			const app = core.state.appByKey(key);
			if (!app) throw new Error(`no app with key ${key}`);
			return app;
		},
		counters: () => core.recorder.counters(),
		acceptedChats: (query) => core.state.accepted.get(query) ?? 0,
		addScript: (name, script) => core.registerScript(name, script),
		addScenario: (name, scenario) => core.registerScenario(name, scenario),
		openConnections: () => [...core.sockets].filter((socket) => !socket.destroyed).length,
		activeTasks: () => [...core.sessions.values()].map(({ taskId }) => taskId),
		reset: () => core.reset(),
		close: async () => {
			core.dispose();
			for (const socket of core.sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
