import { NodeApiError } from 'n8n-workflow';

import type { FailureCause } from '../shared/errors';

/** n8n's word for the cause of a failure, where it is known. */
export function causeOf(error: unknown): FailureCause['cause'] | undefined {
	return error instanceof NodeApiError ? error.failure?.cause : undefined;
}

/** Causes that go by without anybody doing anything: time-outs, faults of the server, limits. */
export const PASSING_CAUSES: ReadonlySet<string> = new Set([
	'temporarily-unavailable',
	'rate-limited',
	'quota-exhausted',
]);

/** Whether a failure goes by without anybody doing anything, see {@link PASSING_CAUSES}. */
export function isPassing(error: unknown): boolean {
	return PASSING_CAUSES.has(causeOf(error) ?? '');
}

/**
 * What makes two failures the same for the user: the cause, and the words where there is none. A
 * server that has too much to do refuses and fails by turns.
 */
export function failureKey(error: unknown): string {
	const cause = causeOf(error);
	if (cause) return cause === 'rate-limited' ? 'temporarily-unavailable' : cause;
	const { message } = error as { message?: unknown };
	return String(message ?? error);
}
