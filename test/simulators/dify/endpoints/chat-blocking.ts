import { execute, messageMetadata } from '../chat/lifecycle';
import type { Scenario } from '../chat/registry';
import type { RunSession } from '../chat/session';
import type { RequestContext } from '../context';
import { DifyError, HtmlError } from '../errors';
import type { Dict } from '../types';
import { FILES_WARNING } from './chat-streaming';

/** Waits for a run's end or pause, or for the proxy in front to lose patience. */
export async function settledOrCut(context: RequestContext, run: RunSession): Promise<void> {
	const limit = context.core.settings.edgeTimeoutMs;
	if (limit <= 0) return await run.settled();
	let timer: NodeJS.Timeout | undefined;
	const cut = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(
			() => reject(new HtmlError(504, 'Gateway Time-out', 'The upstream took too long.')),
			limit,
		);
	});
	try {
		await Promise.race([run.settled(), cut]);
	} finally {
		clearTimeout(timer);
	}
}

/** Answers when the run has ended or paused. */
export async function replyBlocking(
	context: RequestContext,
	run: RunSession,
	flow: Scenario,
): Promise<void> {
	void execute(run, flow);
	await settledOrCut(context, run);
	if (run.phase === 'paused') {
		context.send(200, pausedAnswer(run));
		return;
	}
	if (run.outcome === 'killed') {
		context.response.socket?.destroy();
		return;
	}
	throwFailure(run);
	const body: Dict = {
		event: 'message',
		task_id: run.taskId,
		id: run.messageId,
		message_id: run.messageId,
		...(run.app.mode === 'completion' ? {} : { conversation_id: run.conversation.id }),
		mode: run.app.mode,
		answer: run.replacement?.answer ?? run.answer,
		metadata: messageMetadata(run),
		created_at: run.envelope('message').created_at,
	};
	if (run.traits.newest && run.request.files.length > 0) body.warnings = [FILES_WARNING];
	context.send(200, body);
}

function throwFailure(run: RunSession): void {
	if (run.outcome === 'failed') {
		throw new DifyError(400, 'invalid_param', `Run failed: ${run.endError?.message ?? ''}`);
	}
	const end = run.endError;
	if (run.outcome === 'error' && end) {
		throw new DifyError(end.error?.status ?? 500, end.error?.code ?? 'unknown', end.message);
	}
}

/** HTTP 200 although the run waits for a human. */
function pausedAnswer(run: RunSession): Dict {
	return {
		event: 'workflow_paused',
		task_id: run.taskId,
		id: run.messageId,
		message_id: run.messageId,
		conversation_id: run.conversation.id,
		mode: run.app.mode,
		answer: run.answer,
		metadata: messageMetadata(run),
		created_at: run.envelope('message').created_at,
		workflow_run_id: run.id,
		data: run.pauses.pausedData(),
	};
}
