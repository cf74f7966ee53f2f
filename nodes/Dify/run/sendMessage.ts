import type { Call, Caller, OpenResponse } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import type { Item } from '../../shared/item';
import { maybeDelivered } from '../../shared/retry';
import { asText } from '../../shared/values';
import { dify } from '../transport/dify';
import { KINDS } from './kinds';
import { blockingTimeoutMs, latestEnd, readTimeouts } from './limits';
import type { Message } from './message';
import { checkMessage, watchSilence } from './preflight';
import type { RunReader, StreamEnd } from './readEvents';
import { readBlockingAnswer } from './readBlockingAnswer';
import { readEvents } from './readEvents';
import { recoverRun } from './recover';
import type { KnownRuns } from './runLog';
import { findRun } from './runLog';
import { showText } from './showRun';
import type { RunKind, RunState } from './state/state';
import { stopOnCancel } from './stopOnCancel';

/** How a run ended: like its stream, or because the user cancelled the execution. */
export type RunEnd = StreamEnd | 'cancelled';

/** Dify's ceiling of concurrent requests frees up when other runs end. */
const RETRY_DELAYS: Call['retryDelays'] = {
	refused: [1_000, 2_000, 4_000, 8_000, 15_000],
	neverConnected: [500, 1_500],
};

/**
 * Sends a message and takes the answer into the state, in either response mode. A message is never
 * sent twice: it is tried again only if nothing can have run, and a stream that is lost is recovered
 * ({@link recoverRun}). Cancelling stops the run on the server.
 *
 * @throws ChatflowError if the message is not accepted.
 */
export async function sendMessage(item: Item, message: Message, state: RunState): Promise<RunEnd> {
	const runs = await knownRuns(item);
	const stoppable = stopOnCancel(item, state, message.user);
	// A blocking call tells its task only at its end: there is nothing to stop, it is just cut.
	const isBlocking = message.body.response_mode === 'blocking';
	const caller = isBlocking ? item : stoppable.caller;
	runs.active.add(state);
	try {
		const end = await stoppable.unlessCancelled(async () => {
			await checkMessage(item, message);
			return await exchange(item, caller, message, state, runs);
		});
		return stoppable.isCancelled() ? 'cancelled' : end;
	} catch (error) {
		if (stoppable.isCancelled()) return 'cancelled';
		return await Promise.reject(error);
	} finally {
		runs.active.delete(state);
		if (state.workflowRunId !== undefined) runs.ended.add(state.workflowRunId);
	}
}

async function knownRuns(item: Item): Promise<KnownRuns> {
	return await item.once('runs', async () => ({ active: new Set(), ended: new Set() }));
}

async function exchange(
	item: Item,
	caller: Caller,
	message: Message,
	state: RunState,
	runs: KnownRuns,
): Promise<StreamEnd> {
	const { path, body, user } = message;
	const until = latestEnd(item);
	const timeouts = readTimeouts(item);
	const isBlocking = body.response_mode === 'blocking';
	const firstMs = isBlocking ? blockingTimeoutMs(item) : timeouts.firstEventMs;
	const sentAt = Date.now();
	const { isLogged } = KINDS[state.kind];
	const reader: RunReader = {
		caller,
		user,
		state,
		timeouts,
		until,
		isBlocking,
		onText: async (change) => {
			if (!state.hasGap) await showText(item.live, change);
		},
		...(isLogged
			? { findRun: async () => await findRun(caller, message, state, runs, sentAt) }
			: {}),
	};
	try {
		const response = await dify(caller).open({
			method: 'POST',
			path,
			body,
			headers: { Accept: isBlocking ? 'application/json' : 'text/event-stream' },
			// One second more than our own limits, which say better what happened.
			timeoutMs: Math.min(firstMs, until - Date.now()) + 1_000,
			retryDelays: RETRY_DELAYS,
		});
		if (!isBlocking && isEventStream(response)) {
			return await readStream(item, message, response, reader);
		}
		await readBlockingAnswer(response, state, { idleMs: firstMs, until });
		return 'complete';
	} catch (error) {
		if (!(error instanceof ChatflowError) || !isLost(error)) return await Promise.reject(error);
		if ((await recoverRun(reader, { broken: error.message })) === 'complete') return 'complete';
		throw maybeDelivered(error) ? doubted(error, state.kind) : error;
	}
}

async function readStream(
	item: Item,
	message: Message,
	response: OpenResponse,
	reader: RunReader,
): Promise<StreamEnd> {
	const { state } = reader;
	const silence = watchSilence(item, message, state, response);
	const end = await readEvents(response, reader);
	const reason = silence.end();
	if (reason) throw new ChatflowError(reason);
	if (end === 'complete' || end === 'tooLarge') return end;
	// The newest servers name the run before its first event.
	state.workflowRunId ??= asText(response.headers['x-workflow-run-id']);
	return await recoverRun(reader, end);
}

/** What proxies say if the server behind them takes too long, while the run goes on. */
const PROXY_STATUS = new Set([502, 504, 524]);

/** Whether the run may be going on although its answer did not come. */
function isLost(error: ChatflowError): boolean {
	return maybeDelivered(error) || PROXY_STATUS.has(error.attempt.status ?? 0);
}

/** The message may have reached the server although no response came. */
function doubted({ info, attempt }: ChatflowError, kind: RunKind): ChatflowError {
	return new ChatflowError({ ...info, description: KINDS[kind].words.maybeSent }, attempt);
}

/** A proxy or an app that cannot stream may respond with plain JSON although a stream was requested. */
function isEventStream({ headers }: HttpResponse<unknown>): boolean {
	return !/json|html/i.test(headers['content-type'] ?? '');
}
