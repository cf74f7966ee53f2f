import type { IncomingMessage, ServerResponse } from 'node:http';
import { controlRouter } from './control';
import { RequestContext } from './context';
import type { SimulatorCore } from './core';
import { apiRouter } from './endpoints';
import {
	bodyTooLarge,
	DifyError,
	forbidden,
	HtmlError,
	unauthorized,
	unknownRoute,
} from './errors';
import { FAULT_PRESETS, limitResponse, type FaultRule } from './faults';
import { boundaryOf } from './files/multipart';
import { enterKnowledge } from './knowledge/access';
import type { Route } from './router';
import type { RecordedRequest } from './types';

/** One request from its first byte to the end of its answer. Never rejects. */
export async function handle(
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
		faultId: null,
	};
}

/** Faults that strike before the request is read. */
function early(core: SimulatorCore, entry: RecordedRequest, request: IncomingMessage): boolean {
	const rule = core.faults.take(entry, true);
	if (!rule) return false;
	entry.fault = rule.action;
	entry.faultId = rule.id;
	request.socket.resetAndDestroy();
	return true;
}

/** Reads the body of anything but multipart, which handlers read as a stream. */
async function readBody(core: SimulatorCore, request: IncomingMessage): Promise<Buffer> {
	if (boundaryOf(request.headers['content-type'])) return Buffer.alloc(0);
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += (chunk as Buffer).length;
		// What is too large is taken in all the same: a client that still sends sees no answer.
		if (size <= core.bodyLimit) chunks.push(chunk as Buffer);
	}
	if (size > core.bodyLimit) throw bodyTooLarge();
	return Buffer.concat(chunks);
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
	context.record.faultId = rule.id;
	switch (rule.action) {
		case 'delay':
			await new Promise((resolve) => setTimeout(resolve, rule.ms ?? 1000));
			return false;
		case 'respond':
			// A multipart body is still on its way: proxies take it in before they answer.
			for await (const _chunk of context.request);
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
	context.response.setHeader('X-Version', context.core.traits.serverVersion);
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
	if (!open && !match.route.open) authenticate(context, match.route);
	await match.route.handler(context);
}

function authenticate(context: RequestContext, route: Route): void {
	const token = bearerToken(context.request);
	if (route.key === 'dataset') enterKnowledge(context, token, route.rateLimited ?? false);
	else enterApp(context, token);
}

function bearerToken(request: IncomingMessage): string {
	const header = request.headers.authorization;
	if (!header?.includes(' ')) {
		throw unauthorized("Authorization header must be provided and start with 'Bearer'");
	}
	const [scheme = '', token = ''] = header.split(/\s+/);
	if (scheme.toLowerCase() !== 'bearer') {
		throw unauthorized("Authorization scheme must be 'Bearer'");
	}
	return token;
}

/** Who calls, and whether their app may be used (401, 403). */
function enterApp(context: RequestContext, token: string): void {
	const { core } = context;
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
