import { ChatflowError } from './errors';

/** How much is read of a list. One that is longer is taken for one without end. */
export interface ListLimits {
	entries: number;
	requests: number;
}

export const LIST_LIMITS: ListLimits = { entries: 1_000_000, requests: 10_000 };

/**
 * To be called before each request for a page.
 *
 * @param read What has been read so far.
 * @throws ChatflowError if it is as much as is read.
 */
export function checkLength(read: ListLimits, limits: ListLimits = LIST_LIMITS): void {
	if (read.entries < limits.entries && read.requests < limits.requests) return;
	throw new ChatflowError({
		message: `The list has no end: it was given up after ${read.requests} requests and ${read.entries} entries`,
		description: `At most ${limits.entries} entries or ${limits.requests} requests are read. Turn off Return All and set a Limit, or choose less with a filter`,
		details: { code: 'endless_list', requests: read.requests, entries: read.entries },
	});
}
