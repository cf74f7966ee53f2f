import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../shared/errors';
import { cancelledInfo } from '../../shared/http';
import { wait } from '../../shared/wait';
import { hasEnded } from './status';

/** Something whose indexing is waited for: a document, or all documents of a batch. */
export interface Waiting {
	/** The state of its documents now. */
	look(): Promise<IDataObject[]>;
}

/** How far something came until the wait was over. */
export interface Waited {
	/** As last seen. */
	documents: IDataObject[];
	hasEnded: boolean;
	/** Why nothing can be said about it: it was deleted, for example. */
	error?: ChatflowError;
}

export interface WaitLimits {
	/** Epoch milliseconds. */
	until: number;
	/** The first pause; it grows to {@link MAX_GROWTH} times as much. */
	intervalMs: number;
	signal?: AbortSignal;
}

/** So many that have not ended are asked for in one round: the others are not likely to have, either. */
const ROUND = 10;
const GROWTH = 1.3;
const MAX_GROWTH = 5;
/** So many failed requests in a row end the wait; single ones pass. */
const MAX_FAILURES = 4;

/**
 * Waits until the indexing of all has ended, asking less and less often. What comes out says of each,
 * in order, how far it came until then or until the time was over.
 *
 * @throws ChatflowError if the server keeps failing, or if the user stops the execution.
 */
export async function waitForEnd(all: Waiting[], limits: WaitLimits): Promise<Waited[]> {
	const waited = all.map((): Waited => ({ documents: [], hasEnded: false }));
	let open = [...all.keys()];
	let failures = 0;

	const look = async (at: number): Promise<void> => {
		try {
			const documents = (await all[at]?.look()) ?? [];
			waited[at] = { documents, hasEnded: documents.every(hasEnded) };
			failures = 0;
		} catch (error) {
			if (!(error instanceof ChatflowError)) return await Promise.reject(error);
			if (error.attempt.status === 404) waited[at] = { documents: [], hasEnded: true, error };
			else if (!isPassing(error) || ++failures >= MAX_FAILURES) return await Promise.reject(error);
		}
	};
	/** Those asked for go to the end, so that a stuck one holds up no other. */
	const lookAround = async (most: number): Promise<void> => {
		const asked: number[] = [];
		let next = 0;
		while (next < open.length && asked.length < most && !limits.signal?.aborted) {
			const at = open[next++] as number;
			await look(at);
			if (!waited[at]?.hasEnded) asked.push(at);
		}
		open = [...open.slice(next), ...asked];
	};

	for (let pauseMs = limits.intervalMs; ; pauseMs = grown(pauseMs, limits)) {
		await lookAround(ROUND);
		if (open.length === 0) return waited;
		const leftMs = limits.until - Date.now();
		if (leftMs > 0) await wait(Math.min(pauseMs, leftMs), limits.signal);
		if (limits.signal?.aborted) throw new ChatflowError(cancelledInfo('Dify'));
		if (leftMs <= 0) {
			await lookAround(Infinity);
			return waited;
		}
	}
}

function grown(pauseMs: number, { intervalMs }: WaitLimits): number {
	return Math.min(pauseMs * GROWTH, intervalMs * MAX_GROWTH);
}

/** Whether the next request may succeed: credentials and addresses do not mend themselves. */
function isPassing({ attempt: { network, status = 0 } }: ChatflowError): boolean {
	return network !== undefined || status >= 500 || status === 429;
}
