import type { Item } from '../../shared/item';
import type { ReadTimeouts } from './state/readPhase';

/** A server ends a queued run after 300 s; until then it may send nothing at all. */
const QUEUE_MS = 310_000;
/** A server's own limit for a blocking call is 360 s; nothing is sent before the end. */
const BLOCKING_MS = 370_000;
/** Seconds that one answer may take, whatever arrives: well above Dify's limit of a run, 1200 s. */
export const DEFAULT_MAX_WAIT = 7_200;

/** The Timeout option for a stream. Left out, it allows a long wait for the first event. */
export function readTimeouts(item: Item): ReadTimeouts {
	const idleMs = item.timeoutMs;
	return { idleMs, firstEventMs: isSet(item.options.timeout) ? idleMs : QUEUE_MS };
}

/** The Timeout option for a call that is answered only at its end. */
export function blockingTimeoutMs(item: Item): number {
	return isSet(item.options.timeout) ? item.timeoutMs : BLOCKING_MS;
}

/** When Max Wait Time ends the answer, epoch milliseconds. */
export function latestEnd(item: Item): number {
	return Date.now() + item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT);
}

function isSet(value: unknown): boolean {
	return value !== undefined && value !== '' && value !== null;
}
