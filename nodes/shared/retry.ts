import type { ChatflowError } from './errors';

/** Why a request may be sent again. */
export type RetryReason = 'neverConnected' | 'refused' | 'rateLimited' | 'passing';

/** Milliseconds before each further attempt. */
export type RetryDelays = Partial<Record<RetryReason, number[]>>;

/** What a service says about trying again. */
export interface RetryPolicy {
	/** HTTP statuses of failures that pass by themselves. */
	passingStatus: ReadonlySet<number>;
	/** Whether the server refused the request before it did anything. */
	isRefused?(error: ChatflowError): boolean;
	/** Whether a limit of requests per minute refused it, before it did anything. */
	isRateLimited?(error: ChatflowError): boolean;
}

/** Codes of failures in which no connection was made. */
const NEVER_CONNECTED = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

/** Failures after a connection was made. */
const MAYBE_DELIVERED = new Set([
	'ECONNABORTED',
	'ETIMEDOUT',
	'ESOCKETTIMEDOUT',
	'ECONNRESET',
	'EPIPE',
	'UNKNOWN',
]);

const CUT_CONNECTION = new Set(['ECONNRESET', 'EPIPE']);

const DEFAULT_DELAYS_MS = [500, 1_500];
/** Twice a minute: a limit per minute counts what it refuses, too, so asking sooner prolongs it. */
const MINUTES_MS = [61_000, 61_000];
/** A server that asks for a longer pause than this is not waited for. */
const MAX_DELAY_MS = 10_000;

/** Whether a failed request may have reached the server although no response came. */
export function maybeDelivered({ attempt }: ChatflowError): boolean {
	return attempt.network !== undefined && MAYBE_DELIVERED.has(attempt.network);
}

/**
 * Why a request may be sent again; `undefined` if it must not be. Only what cannot happen twice is
 * repeated: any request that never reached the server or that it refused before it did anything, and
 * reads that a proxy or a cut connection spoiled. Time-outs are not repeated: the user said how long
 * to wait.
 *
 * @param isRead Whether the request changes nothing.
 */
export function retryReason(
	policy: RetryPolicy,
	error: ChatflowError,
	isRead: boolean,
): RetryReason | undefined {
	const { network, status } = error.attempt;
	if (network !== undefined) {
		if (NEVER_CONNECTED.has(network)) return 'neverConnected';
		return isRead && CUT_CONNECTION.has(network) ? 'passing' : undefined;
	}
	if (policy.isRateLimited?.(error)) return 'rateLimited';
	if (policy.isRefused?.(error)) return 'refused';
	return isRead && policy.passingStatus.has(status ?? 0) ? 'passing' : undefined;
}

/**
 * How long to wait before the next attempt; `undefined` after the last one.
 *
 * @param attempts How many attempts have been made.
 */
export function retryDelayMs(
	reason: RetryReason | undefined,
	{ attempt }: ChatflowError,
	attempts: number,
	delays: RetryDelays = {},
): number | undefined {
	if (reason === undefined) return undefined;
	const byDefault = reason === 'rateLimited' ? MINUTES_MS : DEFAULT_DELAYS_MS;
	const delayMs = (delays[reason] ?? byDefault)[attempts - 1];
	const askedMs = Number(attempt.retryAfter ?? 0) * 1000 || 0;
	return delayMs === undefined || askedMs > MAX_DELAY_MS ? undefined : Math.max(delayMs, askedMs);
}
