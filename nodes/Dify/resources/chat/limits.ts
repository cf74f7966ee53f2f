import type { IDataObject } from 'n8n-workflow';

import type { Limits } from '../../stream/patience';
import { timeoutMs } from '../options';

/** A server ends a queued run after 300 s; until then it may send nothing at all (facts 3.1). */
const QUEUE_MS = 310_000;
/** A server's own limit for a blocking call is 360 s (facts 3.8); nothing is sent before the end. */
const BLOCKING_MS = 370_000;
/** Seconds that one answer may take, whatever arrives: well above Dify's limit of a run, 1200 s. */
export const DEFAULT_MAX_SECONDS = 7_200;

/** The Timeout option as limits of a stream. Left out, it allows a long wait for the first event. */
export function streamLimits(options: IDataObject): Limits {
	const idleMs = timeoutMs(options);
	return { idleMs, firstEventMs: isSet(options.timeout) ? idleMs : QUEUE_MS };
}

/** The Timeout option for a call that answers only at its end. */
export function blockingMs(options: IDataObject): number {
	return isSet(options.timeout) ? timeoutMs(options) : BLOCKING_MS;
}

/** When the Max Duration option ends the answer, epoch milliseconds. */
export function latestEnd(options: IDataObject): number {
	const seconds = Number(options.maxDuration ?? DEFAULT_MAX_SECONDS);
	return Date.now() + (seconds > 0 ? seconds : DEFAULT_MAX_SECONDS) * 1000;
}

function isSet(value: unknown): boolean {
	return value !== undefined && value !== '' && value !== null;
}
