import { chatAppFlow } from '../chat/chat-apps';
import { Plan } from '../chat/directives';
import { fileFrom } from '../chat/file-inputs';
import { checkInputs } from '../chat/inputs';
import { completionPayload } from '../chat/payload';
import { RunSession } from '../chat/session';
import type { RequestContext } from '../context';
import type { Router } from '../router';
import type { App } from '../types';
import { appUnavailable, launch, requireFreeSlot, requirePublished } from './chat';

/** What the server also says of an app that is not configured. */
function requireCompletionApp({ mode }: App): void {
	if (mode !== 'completion') throw appUnavailable();
}

/**
 * POST /completion-messages, in the request on every version. The text that decides what happens is
 * `inputs.query`, else `query`, else all inputs as JSON.
 */
async function generate(context: RequestContext): Promise<void> {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireCompletionApp(app);
	const payload = completionPayload(context.json());
	requirePublished(app);
	requireFreeSlot(context);
	const { inputs: given } = payload;
	const text = typeof given.query === 'string' ? given.query : payload.query;
	const query = text || JSON.stringify(given);
	const files = payload.files.map((mapping) => fileFrom(core, app, endUser, mapping));
	const inputs = checkInputs(app.userInputForm, given, (mapping) =>
		fileFrom(core, app, endUser, mapping),
	);
	core.state.accept(query);
	const run = new RunSession(core, {
		app,
		endUser,
		conversation: core.state.newConversation(app, endUser, inputs),
		query,
		inputs: { ...given, ...inputs },
		files,
		plan: new Plan(`${app.alwaysDirectives} ${query}`),
		workflowId: app.workflowId,
		autoName: false,
	});
	await launch(context, run, payload.streaming, chatAppFlow);
}

/** Success whatever becomes of it; only the user who asked can stop. */
function stop(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	requireCompletionApp(app);
	const taskId = context.param('task_id');
	for (const session of core.sessions.values()) {
		const isOwner = session.request.endUser.id === endUser.id;
		if (session.taskId === taskId && isOwner) session.requestStop();
	}
	context.send(200, { result: 'success' });
}

export function addCompletionRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/completion-messages', handler: generate })
		.add({ method: 'POST', pattern: '/v1/completion-messages/{task_id}/stop', handler: stop });
}
