import type { Caller, OpenResponse } from '../../shared/client';
import { path } from '../../shared/client';
import { dify } from '../transport/dify';
import { followAgent } from './agentHistory';
import { completeFromHistory } from './history';
import { pollRun } from './pollRun';
import type { RunReader, StreamEnd } from './readEvents';
import { readEvents } from './readEvents';
import type { RunKind } from './state/state';
import { mendText } from './state/workflow';

/** What a request that has begun may still take after the end of all waiting. */
const LAST_REQUEST_MS = 5_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** For how many times the idle timeout a lost run is watched. */
const RECOVERY_FACTOR = 10;

/**
 * Gets the rest of an answer whose stream was lost, without sending the message again: the run goes
 * on in the server. First by the run's own events (Dify 1.14 and newer), which tell the state so far
 * and go on; else by polling the run until it has ended. The text is then completed
 * ({@link COMPLETE_TEXT}). Ends after ten times the idle timeout, and at the reader's own limit.
 *
 * @returns `complete` if the state holds a whole answer now, else how the stream had ended.
 */
export async function recoverRun(reader: RunReader, lost: StreamEnd): Promise<StreamEnd> {
	const { state, timeouts, caller } = reader;
	if (caller.signal?.aborted) return lost;
	const latest = Date.now() + timeouts.idleMs * RECOVERY_FACTOR;
	const until = lost === 'overdue' ? Date.now() : Math.min(reader.until, latest);
	const bounded = { ...reader, until, caller: untilLast(caller, until) };
	const before = state.answer;
	if (state.workflowRunId === undefined && lost !== 'overdue') await reader.findRun?.();
	if (state.workflowRunId !== undefined) {
		if (lost !== 'overdue' && !reader.isBlocking) await followRun(bounded);
		if (!hasEnded(reader)) await pollRun(bounded);
		await fetchForms(bounded);
		if (!hasEnded(reader)) return lost;
	}
	if (caller.signal?.aborted) return lost;
	const whole = await COMPLETE_TEXT[state.kind](bounded, before);
	if (!hasEnded(reader) && !whole) return lost;
	state.recovered = true;
	return 'complete';
}

/** The caller, whose requests end soon after a moment: a server may drip. */
function untilLast(caller: Caller, until: number): Caller {
	const leftMs = Math.max(until - Date.now(), 0) + LAST_REQUEST_MS;
	const last = AbortSignal.timeout(Math.min(leftMs, MAX_TIMER_MS));
	return { ...caller, signal: caller.signal ? AbortSignal.any([caller.signal, last]) : last };
}

/** The detail of a paused run does not hold its forms; its events do, and end with the pause. */
async function fetchForms(reader: RunReader): Promise<void> {
	const { state } = reader;
	const { kind, paused, forms } = state;
	if (kind !== 'workflow' || !paused || forms.size > 0) return;
	state.paused = undefined;
	await followRun(reader);
	if (!hasEnded(reader)) state.paused = paused;
}

/** Completes the text of a run that was lost; gives whether that is the whole answer. */
const COMPLETE_TEXT: Record<RunKind, (reader: RunReader, before: string) => Promise<boolean>> = {
	chat: async (reader) =>
		await (reader.state.agentThoughts.size > 0 ? followAgent(reader) : completeFromHistory(reader)),
	// Dify keeps nothing of it that could be fetched.
	completion: async () => false,
	workflow: async ({ state }, before) => {
		mendText(state, before);
		return false;
	},
};

function hasEnded({ state }: RunReader): boolean {
	return Boolean(state.finished ?? state.paused ?? state.error);
}

/** Reads the run's own events: what has happened so far, then what happens next. */
async function followRun(reader: RunReader): Promise<void> {
	let response: OpenResponse;
	try {
		response = await openRunEvents(reader);
	} catch {
		// Servers before 1.14 do not know this call: the run is polled instead.
		return;
	}
	// A Chatflow run says so itself, where it matters.
	if (reader.state.kind === 'workflow') reader.state.hasGap = true;
	await readEvents(response, reader);
}

/**
 * Opens the events of a run: a snapshot of what has happened, then live events.
 *
 * @throws ChatflowError if the run is not known, to this user, or the server lacks the call.
 */
export async function openRunEvents(reader: RunReader): Promise<OpenResponse> {
	const { caller, state, user, timeouts } = reader;
	return await dify(caller).open({
		path: path`/workflow/${state.workflowRunId}/events`,
		qs: {
			user,
			include_state_snapshot: 'true',
			...(timeouts.pauseMs ? { continue_on_pause: 'true' } : {}),
		},
		headers: { Accept: 'text/event-stream' },
		timeoutMs: timeouts.idleMs,
	});
}
