import type { PollCaller } from '../pollCaller';
import type { PollResult, TriggerEvent } from './event';
import type { Cursor } from './ledger';
import { cursorAt } from './ledger';
import { maxEvents } from './options';

/** An event that is found in a list of Dify. */
interface ListEvent<C extends Cursor> extends Pick<
	TriggerEvent<C>,
	'fields' | 'credential' | 'scope' | 'isCursor' | 'sample'
> {
	/** The second of the newest row: here "now" begins. */
	newestSecond: (poll: PollCaller) => Promise<number>;
	/** Reads on from a cursor; `limit` is the most items to give. */
	read: (poll: PollCaller, cursor: C | Cursor, limit: number) => Promise<PollResult<C>>;
}

/** The event as the trigger runs it. */
export function listEvent<C extends Cursor>(event: ListEvent<C>): TriggerEvent<C | Cursor> {
	const { newestSecond, read, ...rest } = event;
	return {
		...rest,
		begin: async (poll, start) => {
			if (start !== 'now') return cursorAt(start);
			// Whatever is there of this second is old; what comes to it later is new.
			const { cursor, error } = await read(poll, cursorAt(await newestSecond(poll)), Infinity);
			if (error !== undefined) throw error;
			return cursor;
		},
		collect: async (poll, cursor) => await read(poll, cursor, maxEvents(poll.context)),
	};
}
