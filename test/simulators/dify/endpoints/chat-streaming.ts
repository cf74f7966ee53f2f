import { randomUUID } from 'node:crypto';
import { execute } from '../chat/lifecycle';
import { TERMINAL_EVENTS } from '../chat/orders';
import type { Scenario, SseScript } from '../chat/registry';
import type { RunSession } from '../chat/session';
import { SseConnection, type SseOptions } from '../chat/sse';
import type { RequestContext } from '../context';
import type { DifyError } from '../errors';

/** The part of an SSE answer's options that follows from version and settings. */
export function sseDefaults(context: RequestContext): SseOptions {
	const { settings, traits } = context.core;
	return {
		pingMs: settings.pingIntervalMs,
		idleMs: settings.idleTimeoutMs,
		initialPing: true,
		ids: settings.sseIds ?? traits.newest,
		terminals: TERMINAL_EVENTS,
		endsWithEngine: false,
		alive: () => true,
		pingsKeepOpen: false,
	};
}

/** Streams a run to the client that asked for it. */
export function replyStreaming(context: RequestContext, run: RunSession, flow: Scenario): void {
	const { traits } = run;
	const inWorker = traits.execution === 'worker' && run.hasWorkflow;
	const connection = new SseConnection(context.response, {
		...sseDefaults(context),
		idleMs: inWorker ? context.core.settings.idleTimeoutMs : 0,
		initialPing: inWorker,
		terminals: inWorker ? TERMINAL_EVENTS : new Set(),
		endsWithEngine: !inWorker,
		// Pings come from the worker once it has taken the job; only the newest servers send
		// their own before that.
		alive: () => !run.silent && (traits.newest || working(run)),
		pingsKeepOpen: !traits.newest,
		cutBytes: run.plan.optionalNumber('cut-bytes'),
		cutEvents: run.plan.optionalNumber('cut-events'),
		splitBytes: run.plan.has('utf8') ? 5 : undefined,
		headers: traits.newest && inWorker ? { 'X-Workflow-Run-ID': run.id } : {},
		// A run in the request dies with its client; that of an Agent app goes on for nobody.
		onClientGone: () => {
			if (run.app.mode === 'agent-chat') run.orphaned = true;
			else if (!inWorker) run.kill();
		},
	});
	connection.onOver(run.channel.subscribe(connection));
	if (traits.newest && run.request.files.length > 0) {
		run.emitRaw('warning', warningFrame());
	}
	void execute(run, flow);
}

function working(run: RunSession): boolean {
	return run.phase === 'running' && (run.workflowStarted || run.traits.execution === 'request');
}

export const FILES_WARNING = 'sys.files is deprecated, use inputs.userinput.files instead.';

function warningFrame(): string {
	return JSON.stringify({ event: 'warning', warning: FILES_WARNING });
}

/** HTTP 200, and an error event where the version has one, then silence until the idle time is over. */
export function replyFailedStart(context: RequestContext, error: DifyError): void {
	const connection = new SseConnection(context.response, {
		...sseDefaults(context),
		alive: () => false,
	});
	if (context.core.traits.silentRefusal) return;
	const { message } = error;
	connection.push({
		event: 'error',
		text: JSON.stringify({ event: 'error', message, status: 500 }),
	});
	if (!context.core.traits.syntheticTerminal) return;
	const runId = randomUUID();
	const data = {
		id: runId,
		status: 'failed',
		outputs: {},
		error: 'Workflow stream ended without a terminal event',
	};
	connection.push({
		event: 'workflow_finished',
		text: JSON.stringify({ event: 'workflow_finished', workflow_run_id: runId, data }),
	});
}

/** Plays a registered stream; the run behind it succeeds at once with the script's answer. */
export async function replyScript(
	context: RequestContext,
	run: RunSession,
	script: SseScript,
): Promise<void> {
	await execute(run, async () => {
		run.answerParts.push(script.answer ?? '');
	});
	const { response } = context;
	response.writeHead(script.status ?? 200, {
		'Content-Type': 'text/event-stream; charset=utf-8',
		'Cache-Control': 'no-cache',
		...script.headers,
	});
	response.flushHeaders();
	for (const chunk of script.chunks) {
		if (chunk.delayMs) await new Promise((resolve) => setTimeout(resolve, chunk.delayMs));
		if (response.destroyed) return;
		await new Promise((resolve) => response.write(scriptBytes(run, script, chunk), resolve));
	}
	if (script.then === 'cut') setImmediate(() => response.socket?.destroy());
	else if (script.then !== 'hold') response.end();
}

function scriptBytes(
	run: RunSession,
	script: SseScript,
	chunk: SseScript['chunks'][number],
): Buffer {
	const bytes = Buffer.from(
		chunk.data ?? chunk.base64 ?? '',
		chunk.data === undefined ? 'base64' : 'utf8',
	);
	if (!script.substitute) return bytes;
	const values: Record<string, string> = {
		conversation_id: run.message?.conversationId ?? '',
		message_id: run.messageId,
		task_id: run.taskId,
		workflow_run_id: run.id,
	};
	const filled = bytes
		.toString('utf8')
		.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
	return Buffer.from(filled);
}
