import type { RequestContext } from '../context';
import { finishedRunData } from '../chat/lifecycle';
import { finishedData, startedData } from '../chat/nodes';
import type { RunSession } from '../chat/session';
import { SseConnection } from '../chat/sse';
import { TERMINAL_EVENTS } from '../chat/orders';
import { DifyError, invalidParam, notFound } from '../errors';
import { pydanticMessage } from '../python';
import type { Router } from '../router';
import { seconds, type HumanForm } from '../state';
import type { Dict } from '../types';
import type { VersionTraits } from '../versions';
import { sseDefaults } from './chat-streaming';
import { requireWorkflow } from './runs';

const SINCE_1_14 = (traits: VersionTraits): boolean => traits.humanInputApi;

/** The form behind a token, if it can still be answered (404, 412). */
function activeForm(context: RequestContext): HumanForm {
	const { app, core } = context;
	const form = core.state.forms.get(context.param('form_token'));
	if (!form || form.appId !== app.id || form.emailOnly) throw notFound('Form not found');
	if (form.status === 'submitted') {
		throw new DifyError(
			412,
			'human_input_form_submitted',
			`This form has already been submitted by another user, form_id=${form.id}`,
		);
	}
	if (form.status === 'expired' || form.expiresAt <= Date.now()) {
		throw new DifyError(
			412,
			'human_input_form_expired',
			`This form has expired, form_id=${form.id}`,
		);
	}
	return form;
}

function getForm(context: RequestContext): void {
	const form = activeForm(context);
	context.send(200, {
		form_content: form.content,
		inputs: form.inputs,
		resolved_default_values: form.defaults,
		user_actions: form.actions,
		expiration_time: seconds(form.expiresAt),
	});
}

function invalidForm(message: string): DifyError {
	return new DifyError(400, 'invalid_form_data', message);
}

function checkFile(core: RequestContext['core'], name: string, value: unknown): void {
	const file = (value ?? {}) as Dict;
	const known =
		typeof file.upload_file_id === 'string' && core.state.files.has(file.upload_file_id);
	const remote = typeof file.url === 'string' || typeof file.remote_url === 'string';
	const right = file.transfer_method === 'local_file' ? known : remote;
	if (!right) throw invalidForm(`Invalid file for input '${name}'`);
}

/** Checks a submission against the form's actions and inputs (invalid_form_data). */
function checkSubmission(
	context: RequestContext,
	form: HumanForm,
	action: string,
	given: Dict,
): void {
	if (!form.actions.some((entry) => entry.id === action)) {
		throw invalidForm(`Invalid action: ${action}`);
	}
	for (const input of form.inputs) {
		const name = String(input.output_variable_name);
		const value = given[name];
		if (input.type === 'paragraph' || input.type === 'text_input') {
			if (value === undefined) throw invalidForm(`Missing required inputs: ${name}`);
			if (typeof value !== 'string') throw invalidForm(`Input '${name}' must be a string`);
		}
		if (value === undefined) continue;
		if (input.type === 'select' && !(input.options as unknown[]).includes(value)) {
			throw invalidForm(`Invalid option for input '${name}'`);
		}
		if (input.type === 'file') checkFile(context.core, name, value);
		if (input.type === 'file-list') {
			if (!Array.isArray(value)) throw invalidForm(`Input '${name}' must be a list of files`);
			value.forEach((entry) => checkFile(context.core, name, entry));
		}
	}
}

function submitForm(context: RequestContext): void {
	const endUser = context.endUser('json', true);
	const { inputs, action } = context.json();
	const fail = (field: string, problem: string, kind: string, value: unknown): never => {
		throw invalidParam(pydanticMessage('HumanInputFormSubmitPayload', field, problem, kind, value));
	};
	if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
		return fail('inputs', 'Input should be a valid dictionary', 'dict_type', inputs);
	}
	if (typeof action !== 'string') {
		return fail('action', 'Field required', 'missing', context.json());
	}
	const form = activeForm(context);
	checkSubmission(context, form, action, inputs as Dict);
	const session = context.core.sessions.get(form.runId);
	session?.pauses.submit(form, action, inputs as Dict, endUser.sessionId);
	context.send(200, {});
}

/** A run of this app that the same user started; otherwise 404. */
function events(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('query', true);
	requireWorkflow(app);
	const run = core.state.runs.get(context.param('run_id'));
	if (!run || run.appId !== app.id || run.endUserId !== endUser.id) {
		throw notFound('Workflow run not found');
	}
	const session = core.sessions.get(run.id);
	if (!session || run.finishedAt !== null) {
		sendFinished(context, {
			event: 'workflow_finished',
			task_id: run.id,
			workflow_run_id: run.id,
			data: finishedRunData({ record: run, request: { endUser } as RunSession['request'] }, []),
		});
		return;
	}
	follow(context, session);
}

/** A finished run: exactly one event and EOF, ASCII-escaped. */
function sendFinished(context: RequestContext, payload: Dict): void {
	const ascii = JSON.stringify(payload).replace(
		/[\u0080-\uffff]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	context.sendText(200, `data: ${ascii}\n\n`, 'text/event-stream; charset=utf-8', {
		'Cache-Control': 'no-cache',
	});
}

function follow(context: RequestContext, session: RunSession): void {
	const snapshot = context.query('include_state_snapshot')?.toLowerCase() === 'true';
	const onPause = context.query('continue_on_pause')?.toLowerCase() === 'true';
	const connection = new SseConnection(context.response, {
		...sseDefaults(context),
		// A replay neither starts with a ping nor ends for being idle.
		initialPing: !snapshot,
		idleMs: snapshot ? 0 : context.core.settings.idleTimeoutMs,
		terminals: terminals(snapshot, onPause),
	});
	if (snapshot) replay(session, connection);
	// After a pause the run goes on in a worker.
	if (session.unpublished && session.phase === 'running' && !session.resumed) return;
	if (connection.open) connection.onOver(session.channel.subscribe(connection));
}

/** Without a snapshot, `continue_on_pause` means that nothing ends the stream. */
function terminals(snapshot: boolean, onPause: boolean): ReadonlySet<string> {
	if (!onPause) return TERMINAL_EVENTS;
	return new Set(snapshot ? ['workflow_finished'] : []);
}

/** What a run has done so far, without inputs and outputs. */
function replay(session: RunSession, connection: SseConnection): void {
	const { traits } = session;
	const push = (event: string, fields: Dict): void =>
		connection.push({ event, text: JSON.stringify({ ...session.envelope(event), ...fields }) });
	const workflow = (event: string, data: Dict): void =>
		push(event, { workflow_run_id: session.id, data });
	workflow('workflow_started', {
		id: session.id,
		workflow_id: session.record.workflowId,
		inputs: session.record.inputs,
		created_at: seconds(session.createdAt),
		reason: 'initial',
	});
	// Only a run that waits tells its text: while it goes on, that is not saved yet.
	const answer =
		session.phase === 'running' && session.traits.version === '1.14' ? '' : session.answer;
	if (session.message) push('message_replace', { answer, reason: '' });
	for (const node of session.nodes) {
		workflow('node_started', startedData(node, traits, true));
		if (node.result) workflow('node_finished', finishedData(node, traits, true));
	}
	if (session.phase !== 'paused') return;
	for (const form of session.pauses.forms) {
		if (form.status === 'waiting') {
			workflow('human_input_required', session.pauses.formData(form));
		}
	}
	workflow('workflow_paused', session.pauses.pausedData());
}

export function addHumanInputRoutes(router: Router): void {
	const form = '/v1/form/human_input/{form_token}';
	router
		.add({ method: 'GET', pattern: form, handler: getForm, available: SINCE_1_14 })
		.add({ method: 'POST', pattern: form, handler: submitForm, available: SINCE_1_14 })
		.add({
			method: 'GET',
			pattern: '/v1/workflow/{run_id}/events',
			handler: events,
			available: SINCE_1_14,
		});
}
