import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Scenario, SseScript } from './chat/registry';
import { controlRouter } from './control';
import { RequestContext } from './context';
import { SimulatorCore } from './core';
import { apiRouter } from './endpoints';
import { DifyError, forbidden, HtmlError, unauthorized, unknownRoute } from './errors';
import { FAULT_PRESETS, limitResponse, type FaultPlan, type FaultRule } from './faults';
import { boundaryOf } from './files/multipart';
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
	port: number;
	/** The newest requests, oldest first; a bounded list (`settings.maxRecordedRequests`). */
	readonly requests: RecordedRequest[];
	readonly state: SimulatorState;
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
	const sockets = trackSockets(server);
	const host = options.host ?? '127.0.0.1';
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, host, resolve);
	});
	const { port } = server.address() as AddressInfo;
	core.origin = `${options.tls ? 'https' : 'http'}://${host}:${port}`;
	return handleFor(core, server, sockets, port, options.apps?.[0]?.key ?? 'app-demo-key');
}

function trackSockets(server: Server): Set<Socket> {
	const sockets = new Set<Socket>();
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	return sockets;
}

function handleFor(
	core: SimulatorCore,
	server: Server,
	sockets: Set<Socket>,
	port: number,
	apiKey: string,
): DifySimulator {
	return {
		origin: core.origin,
		baseUrl: `${core.origin}/v1`,
		apiKey,
		port,
		requests: core.recorder.requests,
		get state() {
			return core.state;
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
		openConnections: () => sockets.size,
		reset: () => core.reset(),
		close: async () => {
			core.dispose();
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

/** One request from its first byte to the end of its answer. Never rejects. */
async function handle(
	core: SimulatorCore,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', core.origin);
	const isControl = url.pathname.startsWith('/_control');
	const entry = isControl ? undefined : core.recorder.start(request, url);
	response.on('close', () => {
		if (!entry) return;
		const status = response.headersSent ? response.statusCode : null;
		core.recorder.finish(entry, status, response.writableFinished);
	});
	try {
		if (entry && early(core, entry, request)) return;
		const body = await readBody(core, request);
		const context = new RequestContext(core, request, response, url, entry ?? blank(), body);
		if (entry) recordBody(core, entry, body);
		if (isControl) await dispatch(context, controlRouter, true);
		else if (!(await strike(context))) await dispatch(context, apiRouter, false);
	} catch (error) {
		answerError(response, error);
	}
}

function blank(): RecordedRequest {
	return {
		id: 0,
		method: '',
		path: '',
		query: {},
		headers: {},
		body: undefined,
		startedAt: 0,
		finishedAt: null,
		status: null,
		aborted: false,
		fault: null,
	};
}

/** Faults that strike before the request is read. */
function early(core: SimulatorCore, entry: RecordedRequest, request: IncomingMessage): boolean {
	if (!core.faults.take(entry, true)) return false;
	entry.fault = 'reset';
	request.socket.resetAndDestroy();
	return true;
}

/** Reads the body of anything but multipart, which handlers read as a stream. */
async function readBody(core: SimulatorCore, request: IncomingMessage): Promise<Buffer> {
	const limit = core.settings.bodyLimitMb * 1024 * 1024;
	if (Number(request.headers['content-length'] ?? 0) > limit) throw bodyTooLarge();
	if (boundaryOf(request.headers['content-type'])) return Buffer.alloc(0);
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += (chunk as Buffer).length;
		if (size > limit) throw bodyTooLarge();
		chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks);
}

function bodyTooLarge(): HtmlError {
	return new HtmlError(413, 'Request Entity Too Large', 'The request is too large.');
}

function recordBody(core: SimulatorCore, entry: RecordedRequest, body: Buffer): void {
	if (body.length === 0) return;
	const text = body.toString('utf8');
	try {
		entry.body = JSON.parse(text) as unknown;
	} catch {
		entry.body = text;
	}
	if (entry.method !== 'POST' || !entry.path.endsWith('/chat-messages')) return;
	const parsed = entry.body;
	if (typeof parsed === 'object' && parsed !== null && 'query' in parsed) {
		core.recorder.countQuery(String(parsed.query));
	}
}

/** Applies a planned fault; true when the request needs no handler any more. */
async function strike(context: RequestContext): Promise<boolean> {
	const rule = context.core.faults.take(context.record, false);
	if (!rule) return false;
	context.record.fault = rule.action;
	switch (rule.action) {
		case 'delay':
			await new Promise((resolve) => setTimeout(resolve, rule.ms ?? 1000));
			return false;
		case 'respond':
			respond(context, rule);
			return true;
		case 'reset':
			if (rule.when === 'after-accept') {
				limitResponse(context.response, 0, false);
				return false;
			}
			// A multipart body is still on its way: take it in, and only then break off.
			for await (const _chunk of context.request);
			context.request.socket.resetAndDestroy();
			return true;
		default:
			limitResponse(context.response, rule.bytes ?? 0, rule.action === 'stall');
			return false;
	}
}

function respond(context: RequestContext, rule: FaultRule): void {
	const preset: { status?: number; code?: string; message?: string; html?: string } = rule.preset
		? FAULT_PRESETS[rule.preset]
		: {};
	const status = rule.status ?? preset.status ?? 500;
	if (typeof rule.body === 'string') {
		context.sendText(status, rule.body, 'text/html; charset=utf-8', rule.headers);
	} else if (rule.body !== undefined) {
		context.send(status, rule.body, rule.headers);
	} else if (preset.html) {
		const page = new HtmlError(status, preset.html, preset.html, 'nginx').toHtml();
		context.sendText(status, page, 'text/html', rule.headers);
	} else {
		const { code = 'unknown', message = 'Simulated failure' } = preset;
		context.send(status, { code, message, status }, rule.headers);
	}
}

async function dispatch(
	context: RequestContext,
	router: typeof apiRouter,
	open: boolean,
): Promise<void> {
	const method = context.request.method ?? 'GET';
	const match = router.match(method, context.url.pathname, context.core.traits);
	if (match.kind === 'unknown') throw unknownRoute();
	if (match.kind === 'wrong-method') {
		throw new DifyError(
			405,
			'method_not_allowed',
			'The method is not allowed for the requested URL.',
		);
	}
	context.params = match.params;
	if (!open && !match.route.open) authenticate(context);
	await match.route.handler(context);
}

/** Who calls, and whether their app may be used (facts 3.8: 401, 403). */
function authenticate(context: RequestContext): void {
	const { core, request } = context;
	const header = request.headers.authorization;
	if (!header?.includes(' ')) {
		throw unauthorized("Authorization header must be provided and start with 'Bearer'");
	}
	const [scheme = '', token = ''] = header.split(/\s+/);
	if (scheme.toLowerCase() !== 'bearer') {
		throw unauthorized("Authorization scheme must be 'Bearer'");
	}
	const app = core.state.appByKey(token);
	if (!app) throw unauthorized('Access token is invalid');
	const { newest } = core.traits;
	if (app.status !== 'normal') {
		throw forbidden("The app's status is abnormal.", newest ? 'app_abnormal_status' : undefined);
	}
	if (!app.apiEnabled) {
		throw forbidden(
			"The app's API service has been disabled.",
			newest ? 'app_api_disabled' : undefined,
		);
	}
	if (app.workspaceArchived) {
		throw forbidden(
			"The workspace's status is archived.",
			newest ? 'workspace_archived' : undefined,
		);
	}
	context.app = app;
}

function answerError(response: ServerResponse, error: unknown): void {
	if (response.headersSent || response.destroyed) {
		response.destroy();
		return;
	}
	if (error instanceof HtmlError) {
		const headers: Record<string, string> = { 'Content-Type': 'text/html; charset=utf-8' };
		if (error.status === 413) headers.Connection = 'close';
		response.writeHead(error.status, headers);
		response.end(error.toHtml());
		return;
	}
	const known =
		error instanceof DifyError
			? error
			: new DifyError(500, 'internal_server_error', 'Internal server error.');
	const text = JSON.stringify(known.toBody());
	response.writeHead(known.status, {
		'Content-Type': 'application/json; charset=utf-8',
		'Content-Length': String(Buffer.byteLength(text)),
		...known.extra.headers,
	});
	response.end(text);
}
