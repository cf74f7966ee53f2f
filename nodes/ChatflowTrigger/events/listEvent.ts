import type { PollCaller } from '../pollCaller';
import type { PollResult, TriggerEvent } from './event';
import type { Cursor } from './ledger';
import { cursorAt, isReadToEnd, OVERLAP } from './ledger';
import { maxEvents } from './options';

/** An event that is found in a list of Dify. */
interface ListEvent<C extends Cursor> extends Pick<
	TriggerEvent<C>,
	'fields' | 'credential' | 'scope' | 'isCursor' | 'sample'
> {
	/** The second from which on all that is there now has to be known: {@link OVERLAP} before the newest row. */
	nowBegins: (poll: PollCaller) => Promise<number>;
	/** Reads on from a cursor; `limit` is the most items to give. */
	read: (poll: PollCaller, cursor: C | Cursor, limit: number) => Promise<PollResult<C>>;
}

/** The event as the trigger runs it. */
export function listEvent<C extends Cursor>(event: ListEvent<C>): TriggerEvent<C | Cursor> {
	const { nowBegins, read, ...rest } = event;
	return {
		...rest,
		begin: async (poll, start) => {
			if (start !== 'now') return cursorAt(start);
			// What is there is old, and what becomes visible later is new, whatever its second.
			const second = Math.max(0, await nowBegins(poll));
			const { cursor, error } = await read(poll, cursorAt(second), Infinity);
			if (error !== undefined) throw error;
			return isReadToEnd(cursor) ? cursor : cursorAt(second + OVERLAP + 1);
		},
		collect: async (poll, cursor) => await read(poll, cursor, maxEvents(poll.context)),
	};
}
