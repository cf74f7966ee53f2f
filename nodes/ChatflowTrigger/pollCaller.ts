import type { IPollFunctions } from 'n8n-workflow';

import type { Caller } from '../shared/client';
import { ChatflowError } from '../shared/errors';

/** n8n polls once a minute at most: a poll that ends within this time never meets the next one. */
const MAX_POLL_MS = 30_000;
/** Max requests of a poll, repeated attempts among them. */
const MAX_REQUESTS = 100;
/** With less time than this no further part is begun, so that it is not cut off. */
const RESERVE_MS = 5_000;

/** The poll that starts when this is made: who calls the services, and how much is left of its limits. */
export class PollCaller implements Caller {
	/** Ends whatever a server draws out. */
	readonly signal: AbortSignal;
	private readonly deadline: number;
	private requests = 0;

	constructor(readonly context: IPollFunctions) {
		// n8n 1.x sets no limit for a poll.
		const budgetMs = Math.min(context.getPollBudgetMs?.() ?? MAX_POLL_MS, MAX_POLL_MS);
		this.deadline = Date.now() + budgetMs;
		this.signal = AbortSignal.timeout(budgetMs);
	}

	/** Whether it is time to stop and leave the rest to the next poll. */
	get isOver(): boolean {
		return this.leftMs < RESERVE_MS || this.requestsLeft <= 0;
	}

	get requestsLeft(): number {
		return MAX_REQUESTS - this.requests;
	}

	get timeoutMs(): number {
		return Math.max(1, this.leftMs);
	}

	/** @throws ChatflowError if the limits of the poll are reached. */
	onRequest(): void {
		if (this.leftMs <= 0 || this.requestsLeft <= 0) throw limitReached();
		this.requests += 1;
	}

	/** The error to show: a request that was cut off at the end of the poll was not cancelled by the user. */
	explain(error: unknown): unknown {
		const isCut = error instanceof ChatflowError && error.info.details?.code === 'ERR_CANCELED';
		return isCut && this.signal.aborted ? limitReached() : error;
	}

	private get leftMs(): number {
		return this.deadline - Date.now();
	}
}

function limitReached(): ChatflowError {
	return new ChatflowError({
		message: 'The server could not be read within the limits of a poll',
		description: `A poll takes at most ${MAX_POLL_MS / 1000} seconds and ${MAX_REQUESTS} requests. Choose a later Start From or more filters, or look why the server is slow`,
		failure: { cause: 'temporarily-unavailable' },
	});
}
