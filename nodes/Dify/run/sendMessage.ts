import type { BodyLimits } from '../../shared/body';
import { readText } from '../../shared/body';
import type { Call, Caller, OpenResponse } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import { networkError } from '../../shared/http';
import type { Item } from '../../shared/item';
import { tryParseJson } from '../../shared/json';
import { maybeDelivered } from '../../shared/retry';
import { asText } from '../../shared/values';
import { dify } from '../transport/dify';
import { responseError } from '../transport/errors';
import { KINDS } from './kinds';
import { blockingTimeoutMs, latestEnd, readTimeouts } from './limits';
import type { Message } from './message';
import { checkMessage, watchSilence } from './preflight';
import type { StreamEnd } from './readEvents';
import { readEvents } from './readEvents';
import { recoverRun } from './recover';
import { showText } from './showRun';
import type { RunKind, RunState, TextChange } from './state/state';
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
	const stoppable = stopOnCancel(item, state, message.user);
	// A blocking call tells its task only at its end: there is nothing to stop, it is just cut.
	const isBlocking = message.body.response_mode === 'blocking';
	const caller = isBlocking ? item : stoppable.caller;
	try {
		const end = await stoppable.unlessCancelled(async () => {
			await checkMessage(item, message);
			return await exchange(item, caller, message, state);
		});
		return stoppable.isCancelled() ? 'cancelled' : end;
	} catch (error) {
		if (stoppable.isCancelled()) return 'cancelled';
		return await Promise.reject(error);
	}
}

async function exchange(
	item: Item,
	caller: Caller,
	message: Message,
	state: RunState,
): Promise<StreamEnd> {
	const { path, body, user } = message;
	const until = latestEnd(item);
	const timeouts = readTimeouts(item);
	const isBlocking = body.response_mode === 'blocking';
	const response = await post(caller, state.kind, {
		method: 'POST',
		path,
		body,
		headers: { Accept: isBlocking ? 'application/json' : 'text/event-stream' },
		// One second more than our own limits, which say better what happened.
		timeoutMs:
			Math.min(isBlocking ? blockingTimeoutMs(item) : timeouts.firstEventMs, until - Date.now()) +
			1_000,
		retryDelays: RETRY_DELAYS,
	});
	if (isBlocking || !isEventStream(response)) {
		const idleMs = isBlocking ? blockingTimeoutMs(item) : timeouts.firstEventMs;
		await readBlockingAnswer(response, state, { idleMs, until });
		return 'complete';
	}
	const onText = async (change: TextChange) => {
		if (!state.hasGap) await showText(item.live, change);
	};
	const reader = { caller, user, state, timeouts, until, onText };
	const silence = watchSilence(item, message, state, response);
	const end = await readEvents(response, reader);
	const reason = silence.end();
	if (reason) throw new ChatflowError(reason);
	if (end === 'complete' || end === 'tooLarge') return end;
	// The newest servers name the run before its first event.
	state.workflowRunId ??= asText(response.headers['x-workflow-run-id']);
	return await recoverRun(reader, end);
}

async function post(caller: Caller, kind: RunKind, call: Call): Promise<OpenResponse> {
	try {
		return await dify(caller).open(call);
	} catch (error) {
		throw error instanceof ChatflowError && maybeDelivered(error) ? doubted(error, kind) : error;
	}
}

/** The message may have reached the server although no response came. */
function doubted({ info, attempt }: ChatflowError, kind: RunKind): ChatflowError {
	return new ChatflowError({ ...info, description: KINDS[kind].words.maybeSent }, attempt);
}

/** A proxy or an app that cannot stream may respond with plain JSON although a stream was requested. */
function isEventStream({ headers }: HttpResponse<unknown>): boolean {
	return !/json|html/i.test(headers['content-type'] ?? '');
}

/** @throws ChatflowError if the response breaks off or is not Dify's. */
async function readBlockingAnswer(
	response: OpenResponse,
	state: RunState,
	limits: BodyLimits,
): Promise<void> {
	const kind = KINDS[state.kind];
	const text = await wholeText(response, state.kind, limits);
	const answer = tryParseJson(text);
	if (!kind.isBlockingAnswer(answer)) {
		throw new ChatflowError(responseError({ ...response, body: text }));
	}
	kind.takeBlockingAnswer(state, answer);
}

async function wholeText(
	response: OpenResponse,
	kind: RunKind,
	limits: BodyLimits,
): Promise<string> {
	try {
		return await readText('Dify', response, limits);
	} catch (error) {
		throw doubted(networkError('Dify', error), kind);
	} finally {
		response.close();
	}
}
