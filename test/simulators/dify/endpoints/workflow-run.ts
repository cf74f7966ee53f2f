import { Plan } from '../chat/directives';
import { fileFrom } from '../chat/file-inputs';
import { standardFlow } from '../chat/flow';
import { checkInputs } from '../chat/inputs';
import { execute, finishedRunData } from '../chat/lifecycle';
import { RunSession, type RunRequest } from '../chat/session';
import type { RequestContext } from '../context';
import { DifyError, invalidParam } from '../errors';
import type { Router } from '../router';
import type { EndUser } from '../state';
import type { App, Dict } from '../types';
import { requireFreeSlot, workflowOf } from './chat';
import { settledOrCut } from './chat-blocking';
import { replyFailedStart, replyScript, replyStreaming } from './chat-streaming';

function requireWorkflowApp({ mode }: App): void {
	if (mode === 'workflow') return;
	throw new DifyError(
		400,
		'not_workflow_app',
		'Please check if your app mode matches the right API route.',
	);
}

/** What the request asks for; the text that decides what happens is `inputs.query`, or else all inputs as JSON. */
function requestOf(
	context: RequestContext,
	endUser: EndUser,
	workflowId: string,
): () => RunRequest {
	const { app, core } = context;
	const body = context.json();
	const inputs = body.inputs as Dict;
	const query = typeof inputs.query === 'string' ? inputs.query : JSON.stringify(inputs);
	const files = Array.isArray(body.files) ? (body.files as Dict[]) : [];
	return () => ({
		app,
		endUser,
		conversation: null,
		query,
		files: files.map((mapping) => fileFrom(core, app, endUser, mapping)),
		inputs: {
			...inputs,
			...checkInputs(app.userInputForm, inputs, (mapping) => fileFrom(core, app, endUser, mapping)),
		},
		plan: new Plan(`${app.alwaysDirectives} ${query}`),
		workflowId,
		autoName: false,
	});
}

function requireInputs({ inputs }: Dict): void {
	if (typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs)) return;
	throw invalidParam('inputs is required');
}

/** POST /workflows/run and /workflows/{workflow_id}/run. */
async function runWorkflow(context: RequestContext): Promise<void> {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireWorkflowApp(app);
	const body = context.json();
	requireInputs(body);
	const workflowId = workflowOf(context, context.param('workflow_id') || null);
	if (!app.published) throw invalidParam('Workflow not published');
	requireFreeSlot(context);
	const streaming = body.response_mode === 'streaming';
	const request = requestOf(context, endUser, workflowId);
	let run: RunSession;
	try {
		run = new RunSession(core, request());
	} catch (error) {
		// What a worker finds out comes too late for an HTTP status.
		const byWorker = streaming && core.traits.execution === 'worker';
		if (!byWorker || !(error instanceof DifyError)) throw error;
		return replyFailedStart(context, error);
	}
	core.state.accept(run.request.query);
	const { scripts, scenarios } = core.registry;
	const script = scripts.get(run.plan.name('script'));
	if (script && streaming) return await replyScript(context, run, script);
	const flow = scenarios.get(run.plan.name('scenario')) ?? standardFlow;
	if (streaming) return replyStreaming(context, run, flow);
	run.unpublished = true;
	void execute(run, flow);
	await settledOrCut(context, run);
	replyBlocking(context, run);
}

/** 200 also for a run that failed or that waits for a human. */
function replyBlocking(context: RequestContext, run: RunSession): void {
	const end = run.endError;
	if (run.outcome === 'killed') {
		context.response.socket?.destroy();
		return;
	}
	if (run.outcome === 'error' && end) {
		throw new DifyError(end.error?.status ?? 500, end.error?.code ?? 'unknown', end.message);
	}
	context.send(200, {
		task_id: run.taskId,
		workflow_run_id: run.id,
		data: run.phase === 'paused' ? pausedData(run) : endedData(run),
	});
}

/** Blocking mode leaves out some of what `workflow_finished` tells. */
function endedData(run: RunSession): Dict {
	const {
		created_by: _createdBy,
		exceptions_count: _exceptions,
		files: _files,
		...data
	} = finishedRunData(run, []);
	return data;
}

function pausedData(run: RunSession): Dict {
	const { workflow_run_id: _runId, ...paused } = run.pauses.pausedData();
	const head = { id: run.id, workflow_id: run.record.workflowId, error: null, finished_at: null };
	return { ...head, ...paused };
}

/** Success whatever becomes of it; there is no user check. */
function stop(context: RequestContext): void {
	const { app, core } = context;
	context.endUser('json', true);
	requireWorkflowApp(app);
	const taskId = context.param('task_id');
	const failure = core.traits.version === '1.15' ? 'Aborted: User requested stop' : undefined;
	for (const session of core.sessions.values()) {
		if (session.taskId !== taskId || session.app.id !== app.id) continue;
		session.requestStop(failure);
	}
	context.send(200, { result: 'success' });
}

export function addWorkflowRunRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/workflows/run', handler: runWorkflow })
		.add({ method: 'POST', pattern: '/v1/workflows/{workflow_id}/run', handler: runWorkflow })
		.add({ method: 'POST', pattern: '/v1/workflows/tasks/{task_id}/stop', handler: stop });
}
