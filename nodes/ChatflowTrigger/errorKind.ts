import type { FailureCause } from '../shared/errors';
import { ChatflowError } from '../shared/errors';
import { digest } from './digest';

/** Causes that pass without anybody doing anything: time-outs, server faults, limits. */
export const PASSING_CAUSES: ReadonlySet<string> = new Set([
	'temporarily-unavailable',
	'rate-limited',
	'quota-exhausted',
]);

/** n8n's word for the cause of an error, if it is known. */
export function causeOf(error: unknown): FailureCause['cause'] | undefined {
	return error instanceof ChatflowError ? error.info.failure?.cause : undefined;
}

/** Whether an error passes without anybody doing anything, see {@link PASSING_CAUSES}. */
export function isPassing(error: unknown): boolean {
	return PASSING_CAUSES.has(causeOf(error) ?? '');
}

/**
 * To catch the error of a request: `undefined` if Dify itself says that it does not have the record.
 * Anybody may answer 404: a proxy does while Dify restarts.
 */
export function ignoreNotFound(error: unknown): undefined {
	if (!(error instanceof ChatflowError) || error.attempt.status !== 404) throw error;
	if (!String(error.info.details?.code).endsWith('not_found')) throw error;
}

/**
 * What makes two errors the same for the user: the cause, otherwise a fingerprint of the message,
 * which may hold a secret. A busy server refuses some requests and fails others: that is one cause.
 */
export function errorKey(error: unknown): string {
	const cause = causeOf(error);
	if (cause) return cause === 'rate-limited' ? 'temporarily-unavailable' : cause;
	return digest(error instanceof Error ? error.message : String(error));
}
