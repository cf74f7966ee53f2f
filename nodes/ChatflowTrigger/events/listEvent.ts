import type { PollCaller } from '../pollCaller';
import type { PollResult, TriggerEvent } from './event';
import type { Cursor } from './ledger';
import { cursorAt, OVERLAP } from './ledger';
import { maxEvents } from './options';

/** An event that is found in a list of Dify. */
interface ListEvent<C extends Cursor> extends Pick<
	TriggerEvent<C>,
	'fields' | 'credential' | 'scope' | 'isCursor' | 'sample'
> {
	/** What is there is old, and what becomes visible later is new, whatever its second. */
	beginNow: (poll: PollCaller) => Promise<C | Cursor>;
	/** Reads on from a cursor; `limit` is the most items to give. */
	read: (poll: PollCaller, cursor: C | Cursor, limit: number) => Promise<PollResult<C>>;
}

/** The event as the trigger runs it. */
export function listEvent<C extends Cursor>(event: ListEvent<C>): TriggerEvent<C | Cursor> {
	const { beginNow, read, ...rest } = event;
	return {
		...rest,
		begin: async (poll, start) => (start === 'now' ? await beginNow(poll) : cursorAt(start)),
		collect: async (poll, cursor) => await read(poll, cursor, maxEvents(poll.context)),
	};
}

/**
 * The cursor of a list whose rows are all known.
 *
 * @param head The newest second of the list.
 * @param read Without a limit it gives nothing: all that is there becomes known.
 * @param from The second to read from, if there is something to know before the overlap.
 */
export async function knownUntil(
	poll: PollCaller,
	head: number,
	read: (poll: PollCaller, cursor: Cursor) => Promise<PollResult<Cursor> & { isComplete: boolean }>,
	from = head - OVERLAP,
): Promise<Cursor> {
	const { cursor, error, isComplete } = await read(poll, cursorAt(Math.max(0, from)));
	if (error !== undefined) throw error;
	// What a poll cannot read at once is old.
	return isComplete ? cursor : cursorAt(head + 1);
}
