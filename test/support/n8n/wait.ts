import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
	/** What is waited for, as it would stand in "... did not happen within 3 s". */
	what: string;
	limitMs: number;
	everyMs?: number;
	/** Added to the error when the limit is reached. */
	explain?: () => string;
	/** Ends the waiting with an error. */
	signal?: AbortSignal;
}

/** Asks again and again until there is an answer; fails after the limit. */
export async function waitFor<T>(
	ask: () => Promise<T | undefined>,
	{ what, limitMs, everyMs = 200, explain, signal }: WaitOptions,
): Promise<T> {
	const deadline = Date.now() + limitMs;
	for (;;) {
		signal?.throwIfAborted();
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) {
			const more = explain ? `\n${explain()}` : '';
			throw new Error(`${what} did not happen within ${Math.round(limitMs / 1000)} s${more}`);
		}
		await delay(everyMs);
	}
}
