import { asText } from '../../shared/objects';
import type { ChatState } from './state';

/** How long to go on reading. `forMs` counts from the moment at which `phase` began; idle phases from the last byte. */
export interface Patience {
	phase: 'idle' | 'grace' | 'done';
	/** Distinguishes one grace from the next. */
	reason: string;
	forMs: number;
}

/** Graces after the events that may or may not be the last ones (facts 3.3, the recommended state machine). */
const GRACE_MS = {
	failedRun: 2_000,
	finishedRun: 5_000,
	messageOnly: 1_000,
	messageThenRun: 10_000,
};

const DONE: Patience = { phase: 'done', reason: 'done', forMs: 0 };
const grace = (reason: keyof typeof GRACE_MS): Patience => ({
	phase: 'grace',
	reason,
	forMs: GRACE_MS[reason],
});

/**
 * What to wait for after the events so far. Neither the end of the stream nor the first event that
 * looks like an end is reliable: some servers keep the stream open for minutes, others send the
 * interesting event last. Source: facts 3.3.
 */
export function patience(state: ChatState, idleMs: number): Patience {
	if (state.error || state.paused) return DONE;
	if (state.finished) {
		const status = asText(state.finished.status);
		const failed = status === 'failed' || status === 'stopped';
		if (state.messageEnded && status !== 'failed') return DONE;
		return grace(failed ? 'failedRun' : 'finishedRun');
	}
	if (state.messageEnded) return grace(state.started ? 'messageThenRun' : 'messageOnly');
	return { phase: 'idle', reason: 'idle', forMs: idleMs };
}
