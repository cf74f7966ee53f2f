import type { RequestContext } from '../context';
import { Plan } from '../chat/directives';
import { fileFrom } from '../chat/file-inputs';
import { standardFlow } from '../chat/flow';
import { chatAppFlow } from '../chat/chat-apps';
import { checkInputs } from '../chat/inputs';
import { chatPayload, UUID_PATTERN, type ChatPayload } from '../chat/payload';
import type { Scenario } from '../chat/registry';
import { RunSession, type RunRequest } from '../chat/session';
import { badRequest, DifyError, forbidden, invalidParam, notFound } from '../errors';
import type { Router } from '../router';
import type { Conversation, EndUser } from '../state';
import type { App } from '../types';
import { replyBlocking } from './chat-blocking';
import { replyFailedStart, replyScript, replyStreaming } from './chat-streaming';

const CHAT_MODES: ReadonlyArray<App['mode']> = ['advanced-chat', 'chat', 'agent-chat', 'agent'];

/** 400 not_chat_app for Workflow and completion apps. */
export function requireChatApp(app: App): void {
	if (CHAT_MODES.includes(app.mode)) return;
	throw new DifyError(
		400,
		'not_chat_app',
		'Please check if your app mode matches the right API route.',
	);
}

export function appUnavailable(): DifyError {
	return new DifyError(
		400,
		'app_unavailable',
		'App unavailable, please check your app configurations.',
	);
}

export function requirePublished(app: App): void {
	if (!app.published) throw appUnavailable();
}

/** 400 when the app's concurrency ceiling is reached, in all versions that were measured. */
export function requireFreeSlot(context: RequestContext): void {
	const { app, core } = context;
	if (app.maxActiveRequests <= 0 || core.activeRuns(app.id) < app.maxActiveRequests) return;
	throw invalidParam(
		`Too many requests. Please try again later. The current maximum concurrent requests allowed is ${app.maxActiveRequests}.`,
	);
}

/** The published workflow that `workflow_id` names. */
export function workflowOf(context: RequestContext, workflowId: string | null): string {
	const { app, core } = context;
	if (!workflowId) return app.workflowId;
	if (app.sandbox && core.traits.sandboxForbidsWorkflowId) {
		throw forbidden(
			'Workflow version execution is not allowed.',
			'workflow_version_execution_not_allowed',
		);
	}
	if (!UUID_PATTERN.test(workflowId)) {
		throw badRequest(`Invalid workflow_id format: '${workflowId}'. `);
	}
	if (workflowId !== app.workflowId && !app.workflowVersions.includes(workflowId)) {
		throw notFound(`Workflow not found with id: ${workflowId}`);
	}
	return workflowId;
}

async function postChatMessage(context: RequestContext): Promise<void> {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireChatApp(app);
	const payload = chatPayload(context.json());
	requirePublished(app);
	refuseBlocking(app, payload);
	const workflowId = workflowOf(context, payload.workflowId);
	requireFreeSlot(context);
	core.state.accept(payload.query);
	const start = (): RunSession =>
		new RunSession(core, prepare(context, endUser, payload, workflowId));
	const byWorker =
		payload.streaming && app.mode === 'advanced-chat' && core.traits.execution === 'worker';
	let run: RunSession;
	try {
		run = start();
	} catch (error) {
		// What a worker finds out comes too late for an HTTP status.
		if (!byWorker || !(error instanceof DifyError)) throw error;
		return replyFailedStart(context, error);
	}
	await launch(context, run, payload.streaming, run.hasWorkflow ? standardFlow : chatAppFlow);
}

/** Agent apps stream only; New Agent apps do so if nothing is said. */
function refuseBlocking({ mode }: App, payload: ChatPayload): void {
	if (mode === 'agent') {
		if (payload.saysBlocking) throw badRequest('Agent App does not support blocking mode');
		payload.streaming = true;
	}
	if (mode === 'agent-chat' && !payload.streaming) {
		throw invalidParam('Agent Chat App does not support blocking mode');
	}
}

/** Answers with a script or a scenario if the query names one, else with the flow. */
export async function launch(
	context: RequestContext,
	run: RunSession,
	streaming: boolean,
	flow: Scenario,
): Promise<void> {
	const { scripts, scenarios } = context.core.registry;
	const script = scripts.get(run.plan.name('script'));
	if (script && streaming) return await replyScript(context, run, script);
	const chosen = scenarios.get(run.plan.name('scenario')) ?? flow;
	if (streaming) replyStreaming(context, run, chosen);
	else await replyBlocking(context, run, chosen);
}

/** Everything that is checked before a run starts; throws what is wrong. */
function prepare(
	context: RequestContext,
	endUser: EndUser,
	payload: ChatPayload,
	workflowId: string,
): RunRequest {
	const { app, core } = context;
	if (!payload.query) throw invalidParam('query is required');
	const conversation = existingConversation(context, endUser, payload.conversationId);
	const files = payload.files.map((mapping) => fileFrom(core, app, endUser, mapping));
	const inputs = checkInputs(app.userInputForm, payload.inputs, (mapping) =>
		fileFrom(core, app, endUser, mapping),
	);
	return {
		app,
		endUser,
		conversation: conversation ?? core.state.newConversation(app, endUser, inputs),
		query: payload.query.replaceAll('\0', ''),
		inputs,
		files,
		plan: new Plan(`${app.alwaysDirectives} ${payload.query}`),
		workflowId,
		autoName: payload.autoName,
	};
}

/** undefined: start a new one (some versions do that for an unknown id). */
function existingConversation(
	context: RequestContext,
	endUser: EndUser,
	id: string | null,
): Conversation | undefined {
	const { app, core } = context;
	if (!id) return undefined;
	const found = core.state.conversationOf(app, endUser, id);
	if (found || (app.mode === 'advanced-chat' && core.traits.unknownConversation === 'new')) {
		return found;
	}
	throw notFound('Conversation Not Exists.');
}

function stop(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireChatApp(app);
	const taskId = context.param('task_id');
	for (const session of core.sessions.values()) {
		if (session.taskId !== taskId || session.app.id !== app.id) continue;
		// The engine's abort command is sent without a user check for Chatflow; it ends as a failure.
		const isOwner = session.request.endUser.id === endUser.id;
		const failure =
			isOwner && core.traits.version !== '1.15' ? undefined : 'Aborted: User requested stop';
		if (session.hasWorkflow || isOwner) session.requestStop(failure);
	}
	context.send(200, { result: 'success' });
}

export function addChatRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/chat-messages', handler: postChatMessage })
		.add({ method: 'POST', pattern: '/v1/chat-messages/{task_id}/stop', handler: stop });
}
