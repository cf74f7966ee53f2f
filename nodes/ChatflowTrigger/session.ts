import type { IPollFunctions } from 'n8n-workflow';

/** One poll: its n8n context and the time it has left. */
export interface PollSession {
	context: IPollFunctions;
	/** Whether it is time to stop and to leave the rest to the next poll. */
	isOver(): boolean;
	/** Milliseconds that the next request may take. */
	timeoutMs(): number;
}

/** The shortest interval of n8n is a minute: who ends before it does not meet the next poll. */
const LONGEST_POLL_MS = 45_000;
const LONGEST_REQUEST_MS = 30_000;
const SHORTEST_REQUEST_MS = 5_000;

/** Opens the poll that starts now. n8n 1.x knows no poll budget. */
export function openSession(context: IPollFunctions): PollSession {
	const { getPollBudgetMs } = context as Partial<IPollFunctions>;
	const budgetMs = getPollBudgetMs?.call(context) ?? LONGEST_POLL_MS;
	const deadline = Date.now() + Math.min(budgetMs, LONGEST_POLL_MS);
	const left = () => deadline - Date.now();
	return {
		context,
		isOver: () => left() <= 0,
		timeoutMs: () => Math.min(LONGEST_REQUEST_MS, Math.max(SHORTEST_REQUEST_MS, left())),
	};
}
