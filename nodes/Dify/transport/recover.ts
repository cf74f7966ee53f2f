import type { IExecuteFunctions } from 'n8n-workflow';

import { hangable } from '../../shared/transport/signal';
import type { ByteStream } from './request';
import { cancelSignal, difyAnswer, difyPath } from './request';
import { readEvents } from './chatStream';
import type { EventSource, StreamEnd, StreamReader } from './chatStream';
import { completeFromHistory } from './recoverText';
import { pollRun } from './recoverPoll';

export interface Recovery extends StreamReader {
	/** The user who started the run: nobody else may see it. */
	user: string;
}

/** How many times the idle limit a run that was lost is looked after. */
const PATIENCE_FACTOR = 10;

/**
 * Gets the rest of an answer whose stream was lost, without sending the message again: the run goes
 * on in the server (facts 3.3, 3.7). First by the run's own events (Dify 1.14 and newer), which tell
 * the state so far and go on; else by asking for the run, in growing intervals, until it has ended.
 * The text is then taken from the conversation's history. Ends after ten times the idle limit, and
 * at the reader's own limit.
 *
 * @returns `complete` when the state holds a whole answer now, else how the stream had ended.
 */
export async function recoverRun(
	context: IExecuteFunctions,
	itemIndex: number,
	recovery: Recovery,
	lost: StreamEnd,
): Promise<StreamEnd> {
	const { state, limits } = recovery;
	if (cancelSignal(context)?.aborted) return lost;
	const patienceEnds = Date.now() + limits.idleMs * PATIENCE_FACTOR;
	const until = lost === 'overdue' ? Date.now() : Math.min(recovery.until, patienceEnds);
	const bounded = { ...recovery, until };
	if (state.workflowRunId !== undefined) {
		if (lost !== 'overdue') await followRun(context, itemIndex, bounded);
		if (!hasEnded(recovery)) await pollRun(context, itemIndex, bounded);
		if (!hasEnded(recovery)) return lost;
	}
	if (cancelSignal(context)?.aborted) return lost;
	const whole = await completeFromHistory(context, itemIndex, recovery);
	if (!hasEnded(recovery) && !whole) return lost;
	state.recovered = true;
	return 'complete';
}

function hasEnded({ state }: Recovery): boolean {
	return Boolean(state.finished ?? state.paused ?? state.error);
}

/** Reads the run's own events: what has happened so far, then what happens next (facts 3.7). */
async function followRun(
	context: IExecuteFunctions,
	itemIndex: number,
	recovery: Recovery,
): Promise<void> {
	let source: EventSource;
	try {
		source = await openRunEvents(context, itemIndex, recovery);
	} catch {
		// Servers before 1.14 do not know this call: the run is asked for instead.
		return;
	}
	await readEvents(source, recovery);
}

/**
 * Opens the events of a run: a snapshot of what has happened, then live events.
 *
 * @throws NodeApiError when the run is not known, to this user, or the server lacks the call.
 */
export async function openRunEvents(
	context: IExecuteFunctions,
	itemIndex: number,
	{ state, user, limits }: Recovery,
): Promise<EventSource> {
	const call = hangable(context);
	try {
		const answer = await difyAnswer<ByteStream>(
			call.context,
			itemIndex,
			{
				method: 'GET',
				path: difyPath`/workflow/${state.workflowRunId}/events`,
				qs: {
					user,
					include_state_snapshot: 'true',
					...(limits.pauseMs ? { continue_on_pause: 'true' } : {}),
				},
				headers: { Accept: 'text/event-stream' },
				timeoutMs: limits.idleMs,
			},
			'stream',
		);
		return { stream: answer.body, hangUp: call.hangUp };
	} catch (error) {
		call.hangUp();
		return await Promise.reject(error);
	}
}
