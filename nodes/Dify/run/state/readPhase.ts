import { asText } from '../../../shared/values';
import type { RunState } from './state';

/** How long to go on reading. `forMs` counts from the moment at which the phase began; idle ones from the last byte. */
export interface ReadPhase {
	name: 'idle' | 'grace' | 'done';
	/** Tells one grace from the next. */
	reason: string;
	forMs: number;
}

/** Time limits that the caller sets. */
export interface ReadTimeouts {
	/** Milliseconds without a byte, once the first event has arrived. */
	idleMs: number;
	/** Milliseconds without a byte before the first event: a busy server queues runs in silence. */
	firstEventMs: number;
	/** Milliseconds that a pause may be told before the run goes on; left out, a pause is the end. */
	pauseMs?: number;
}

/** Graces after the events that may or may not be the last ones. */
const GRACE_MS = {
	failedRun: 2_000,
	finishedRun: 5_000,
	messageOnly: 1_000,
	messageThenRun: 10_000,
	audio: 5_000,
	lastEvents: 1_000,
};

const DONE: ReadPhase = { name: 'done', reason: 'done', forMs: 0 };
const GRACE = Object.fromEntries(
	Object.entries(GRACE_MS).map(([reason, forMs]) => [reason, { name: 'grace', reason, forMs }]),
) as Record<keyof typeof GRACE_MS, ReadPhase>;

/**
 * What to wait for after the events so far. Neither the end of the stream nor the first event that
 * looks like an end is reliable: some servers keep the stream open for minutes, others send the
 * interesting event last (SERVER.md, "Order of events").
 */
export function readPhase(state: RunState, timeouts: ReadTimeouts): ReadPhase {
	if (state.error) return DONE;
	if (state.paused) {
		const { pauseMs } = timeouts;
		return pauseMs ? { name: 'grace', reason: 'pause', forMs: pauseMs } : DONE;
	}
	if (state.finished) return afterRun(state, asText(state.finished.status));
	if (state.messageEnded && state.started) return GRACE.messageThenRun;
	if (state.messageEnded) return speaks(state) ? GRACE.audio : GRACE.messageOnly;
	return state.seen
		? { name: 'idle', reason: 'idle', forMs: timeouts.idleMs }
		: { name: 'idle', reason: 'first event', forMs: timeouts.firstEventMs };
}

function afterRun(state: RunState, status: string | undefined): ReadPhase {
	// A Workflow app has no message whose end would follow.
	if (state.kind === 'workflow') return speaks(state) ? GRACE.audio : ended(state);
	if (status === 'failed') return GRACE.failedRun;
	if (status === 'stopped') return state.messageEnded ? ended(state) : GRACE.failedRun;
	if (!state.messageEnded) return GRACE.finishedRun;
	return speaks(state) ? GRACE.audio : ended(state);
}

/** Nothing more is needed. An item per event takes what follows all the same: servers close at once. */
function ended({ events }: RunState): ReadPhase {
	return events ? GRACE.lastEvents : DONE;
}

/** Whether audio is wanted that may still come; as events it is wanted once it has begun. */
function speaks({ audio, audioBegun, audioEnded, events }: RunState): boolean {
	const wanted = audio !== undefined || (events !== undefined && audioBegun);
	return wanted && !audioEnded;
}
