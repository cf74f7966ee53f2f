import type { IPollFunctions } from 'n8n-workflow';

import type { Caller } from '../shared/client';

/** n8n polls once a minute at most: a poll that ends within this time never meets the next one. */
const MAX_POLL_MS = 45_000;
const MAX_REQUEST_MS = 30_000;
const MIN_REQUEST_MS = 5_000;

/** The poll that starts when this is made: who calls the services, and how much time is left. */
export class PollCaller implements Caller {
	private readonly deadline: number;

	constructor(readonly context: IPollFunctions) {
		// n8n 1.x sets no limit for a poll.
		const budgetMs = context.getPollBudgetMs?.() ?? MAX_POLL_MS;
		this.deadline = Date.now() + Math.min(budgetMs, MAX_POLL_MS);
	}

	/** Whether it is time to stop and leave the rest to the next poll. */
	get isOver(): boolean {
		return this.leftMs <= 0;
	}

	get timeoutMs(): number {
		return Math.min(MAX_REQUEST_MS, Math.max(MIN_REQUEST_MS, this.leftMs));
	}

	private get leftMs(): number {
		return this.deadline - Date.now();
	}
}
