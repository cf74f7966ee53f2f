import { Plan } from '../chat/directives';
import { fileFrom } from '../chat/file-inputs';
import { standardFlow } from '../chat/flow';
import { checkInputs } from '../chat/inputs';
import { execute, finishedRunData } from '../chat/lifecycle';
import { RunSession } from '../chat/session';
import type { RequestContext } from '../context';
import { DifyError, invalidParam } from '../errors';
import type { Router } from '../router';
import type { App, Dict } from '../types';
import { requireFreeSlot } from './chat';
import { settledOrCut } from './chat-blocking';
import { replyStreaming } from './chat-streaming';

function requireWorkflowApp({ mode }: App): void {
	if (mode === 'workflow') return;
	throw new DifyError(
		400,
		'not_workflow_app',
		'Please check if your app mode matches the right API route.',
	);
}

/**
 * POST /workflows/run of Workflow apps. It is here so that such an app can fill its logs; the
 * text that decides what happens is `inputs.query`, or else all inputs as JSON.
 */
async function runWorkflow(context: RequestContext): Promise<void> {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireWorkflowApp(app);
	const body = context.json();
	const { inputs } = body;
	if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
		throw invalidParam('inputs is required');
	}
	requireFreeSlot(context);
	const given = inputs as Dict;
	const query = typeof given.query === 'string' ? given.query : JSON.stringify(given);
	const checked = checkInputs(app.userInputForm, given, (mapping) =>
		fileFrom(core, app, endUser, mapping),
	);
	core.state.accept(query);
	const run = new RunSession(core, {
		app,
		endUser,
		conversation: null,
		query,
		inputs: { ...given, ...checked },
		files: [],
		plan: new Plan(`${app.alwaysDirectives} ${query}`),
		workflowId: app.workflowId,
		autoName: false,
	});
	if (body.response_mode === 'streaming') {
		replyStreaming(context, run, standardFlow);
		return;
	}
	void execute(run, standardFlow);
	await settledOrCut(context, run);
	context.send(200, {
		task_id: run.taskId,
		workflow_run_id: run.id,
		data: run.phase === 'paused' ? run.pauses.pausedData() : finishedRunData(run, []),
	});
}

/** Success whatever becomes of it; the engine's abort command is sent without a user check. */
function stop(context: RequestContext): void {
	const { app, core } = context;
	context.endUser('json', true);
	requireWorkflowApp(app);
	const taskId = context.param('task_id');
	for (const session of core.sessions.values()) {
		if (session.taskId === taskId && session.app.id === app.id) session.requestStop();
	}
	context.send(200, { result: 'success' });
}

export function addWorkflowRunRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/workflows/run', handler: runWorkflow })
		.add({ method: 'POST', pattern: '/v1/workflows/tasks/{task_id}/stop', handler: stop });
}
