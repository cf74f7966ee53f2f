import type { IncomingHttpHeaders } from 'node:http';
import type { Directives } from './directives';
import { ok, refusal, type HttpAnswer } from './http';
import type { Form } from './multipart';
import { invalidField } from './parameters';
import { plainAnswer } from './plain';
import {
	authenticate,
	bodyCredentials,
	firstOf,
	headerCredentials,
	type RobotConfig,
} from './robots';
import { MALFORMED_ANSWER } from './rounds';
import { createSegment, listDialogs, listSegments } from './sessionRoutes';
import { countAccepted, type SimulatorState } from './state';
import { asText, type JsonObject } from './steps';
import { BUSY } from './texts';

/** A request that has been read. */
export interface Call {
	state: SimulatorState;
	headers: IncomingHttpHeaders;
	query: URLSearchParams;
	/** The JSON body, empty when there is none. */
	body: JsonObject;
	form?: Form;
	directives: Directives;
}

/** A call by somebody the server knows. */
export interface AuthorisedCall extends Call {
	robot: RobotConfig;
	username: string;
	/** Robot and user: whose sessions are meant. */
	owner: string;
}

interface Route {
	method: 'GET' | 'POST';
	/** Where key, token and user name may stand. */
	credentials(call: Call): { key: string; token: string; username: string };
	answer(call: AuthorisedCall): HttpAnswer;
}

const inHeadersOrBody = (call: Call) =>
	firstOf(headerCredentials(call.headers), bodyCredentials(call.body));

/** All HTTP endpoints; every path ends with a slash. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
	[
		'/openapi/v1/conversation/dialog/',
		{
			method: 'POST',
			credentials: (call) => ({
				...inHeadersOrBody(call),
				// 1.1.1 wants the user name in the body; no client is known that sends it elsewhere.
				username: asText(call.body.username),
			}),
			answer: dialog,
		},
	],
	[
		'/openapi/v1/conversation/segment/create/',
		{ method: 'POST', credentials: inHeadersOrBody, answer: createSegment },
	],
	[
		'/openapi/v1/conversation/segment/get_list/',
		{ method: 'POST', credentials: inHeadersOrBody, answer: listSegments },
	],
	[
		'/openapi/v1/conversation/segment/detail_list/',
		{ method: 'POST', credentials: inHeadersOrBody, answer: listDialogs },
	],
	[
		'/openapi/v1/chatflow/offline_upload_file/',
		{
			method: 'POST',
			credentials: (call) => {
				const headers = headerCredentials(call.headers);
				return { ...headers, username: headers.username || (call.form?.fields.username ?? '') };
			},
			answer: uploadOfflineFile,
		},
	],
	[
		'/openapi/v1/chatflow/get_offline_file_status/',
		{
			method: 'GET',
			credentials: (call) => headerCredentials(call.headers),
			answer: offlineFileStatus,
		},
	],
]);

/** Checks the credentials and lets the route answer. */
export function answerCall(route: Route, call: Call): HttpAnswer {
	const credentials = route.credentials(call);
	const robot = authenticate(call.state.robots, credentials);
	if ('message' in robot) return refusal(robot.code, robot.message);
	const error = call.directives.value('error');
	if (error !== undefined) return refusal(error, 'Request failed');
	const owner = `${robot.key} ${credentials.username}`;
	return route.answer({ ...call, robot, username: credentials.username, owner });
}

/** 1.1.1. A question spelt `Question` is no question. */
function dialog(call: AuthorisedCall): HttpAnswer {
	const { state, body, directives, robot, username, owner } = call;
	const invalid = invalidField(body);
	if (invalid) return refusal('400000', `${invalid} is invalid`);
	const question = asText(body.question);
	if (directives.has('busy-message')) return refusal('500000', BUSY);
	const messageSource = asText(body.message_source) || 'openapi-http';
	const segment = state.sessions.resolve(owner, username, asText(body.segment_code), messageSource);
	const dialogId = state.ids.nextDialogId();
	const isBusy = robot.httpBusy === true || directives.has('busy');
	if (!isBusy) countAccepted(state, question);
	const forwarded = {
		header: asText(call.headers['extra-header']),
		body: asText(body['extra-body']),
	};
	const result = isBusy
		? { type: 'string', answer: BUSY }
		: plainAnswer({ dialogId, text: directives.text, directives, forwarded });
	const { type, answer } = result;
	const kept = typeof answer === 'string' ? answer : JSON.stringify(answer);
	const stored = directives.has('malformed') ? MALFORMED_ANSWER : kept;
	segment.dialogs.push({ dialogId, question, answer: stored, messageSource, at: Date.now() });
	const key = directives.has('upper') ? 'Answer' : 'answer';
	return ok({ type, dialog_id: dialogId, [key]: answer });
}

const UPLOAD_FIELDS_OF_MODE_1 = ['extra_params', 'file_name', 'parse_model'];

/** 3.4.1: `flow_uuid` and `tenant_name` always, a file with its facts in mode 1. */
function uploadOfflineFile({ state, form, robot }: AuthorisedCall): HttpAnswer {
	if (!form) return refusal('400000', 'The request is not multipart/form-data');
	if (!form.complete) return refusal('400000', 'The form ends too early');
	const { fields, files } = form;
	const mode = fields.mode || '1';
	const needed = ['flow_uuid', 'tenant_name', ...(mode === '1' ? UPLOAD_FIELDS_OF_MODE_1 : [])];
	const missing = needed.find((name) => !fields[name]);
	if (missing) return refusal('400000', `${missing} is required`);
	if (mode === '1' && files[0]?.field !== 'file') return refusal('400000', 'file is required');
	if (robot.tenants && !robot.tenants.includes(fields.tenant_name ?? '')) {
		return refusal('400000', 'tenant_name is not registered');
	}
	if (fields.inputs && !isJson(fields.inputs)) return refusal('400000', 'inputs is not JSON');
	const file = state.files.add(form);
	return ok({ id: file.id, status: String(file.plan[0]) });
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

/** 3.4.2, with its misspelt message. */
function offlineFileStatus({ state, query }: AuthorisedCall): HttpAnswer {
	const fileId = query.get('file_id');
	if (!fileId) return refusal('400000', 'file_id is required');
	const data = state.files.poll(Number(fileId));
	return data ? ok(data, 'susses') : refusal('400000', 'The file does not exist');
}
