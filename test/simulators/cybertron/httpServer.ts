import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { control } from './control';
import { directivesAt } from './faults';
import { deliver, htmlPage, readText, refuse, send, type HttpAnswer } from './http';
import { boundaryOf, readForm, type Form } from './multipart';
import { answerCall, ROUTES, type Call } from './routes';
import type { RecordedRequest, SimulatorState } from './state';
import { asText, parseJsonObject, type JsonObject } from './steps';

/** Answers every HTTP request: the endpoints of the API, and the control interface. */
export async function serveHttp(
	state: SimulatorState,
	request: IncomingMessage,
	response: ServerResponse,
	actions: Parameters<typeof control>[1]['actions'],
): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://simulator');
	if (url.pathname.startsWith('/_control/')) {
		const body = parseJsonObject(await readText(request)) ?? {};
		send(response, control(state, { method: request.method ?? '', url, body, actions }));
		return;
	}
	const record = recordOf(request, url);
	state.requests.push(record);
	const { form, text, body } = await readBody(request);
	record.body = form ? formSummary(form) : (body ?? text);
	const question = asText(body?.question);
	const directives = directivesAt(state.faults, { on: 'http', path: url.pathname, question });
	if (state.settings.latencyMs > 0) await sleep(state.settings.latencyMs);
	if (await refuse(response, directives)) {
		record.status = response.headersSent ? response.statusCode : 0;
		return;
	}
	const call: Call = {
		state,
		headers: request.headers,
		query: url.searchParams,
		body: body ?? {},
		...(form && { form }),
		directives,
	};
	record.status = deliver(response, route(request.method ?? '', url, call, text), directives);
}

function recordOf(request: IncomingMessage, url: URL): RecordedRequest {
	return {
		method: request.method ?? '',
		path: url.pathname,
		query: Object.fromEntries(url.searchParams),
		headers: request.headers,
		body: undefined,
		status: 0,
		at: Date.now(),
	};
}

async function readBody(
	request: IncomingMessage,
): Promise<{ form?: Form; text: string; body?: JsonObject }> {
	const boundary = boundaryOf(request.headers['content-type']);
	if (boundary) return { form: await readForm(request, boundary), text: '' };
	const text = await readText(request);
	const body = parseJsonObject(text);
	return { text, ...(body && { body }) };
}

/** A form as it is recorded: everything but the bytes. */
function formSummary(form: Form): object {
	const files = form.files.map(({ bytes, ...facts }) => ({ ...facts, kept: bytes !== undefined }));
	return { fields: form.fields, files };
}

/** Finds the route. A path without its slash is redirected, which loses the body of a POST. */
function route(method: string, url: URL, call: Call, text: string): HttpAnswer {
	const found = ROUTES.get(url.pathname);
	if (!found && ROUTES.has(`${url.pathname}/`)) {
		const location = `${url.pathname}/${url.search}`;
		return { status: 301, headers: { location }, body: '' };
	}
	if (!found) return { status: 404, body: htmlPage(404) };
	if (found.method !== method) {
		return { status: 405, body: { detail: `Method "${method}" not allowed.` } };
	}
	if (method === 'POST' && !call.form && text !== '' && !parseJsonObject(text)) {
		return { status: 400, body: { detail: 'JSON parse error' } };
	}
	return answerCall(found, call);
}
