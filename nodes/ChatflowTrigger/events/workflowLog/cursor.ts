import type { IDataObject } from 'n8n-workflow';

import { isNumber, isTable } from '../shape';

/** An entry of the log: its ID, and the second (server's clock) at which it was created. */
export interface LogEntry {
	id: string;
	at: number;
}

/** Second and ID of an entry, as it is saved. */
type SavedEntry = [at: number, id: string];

/** How far the log has been read. All times are seconds of the server's clock. */
export type LogCursor = {
	/** Whatever was created before is done. */
	floor: number;
	/** All entries from the floor on that have been read, oldest first. */
	known: SavedEntry[];
	/** Entries that have been read but whose run has not ended, in the order in which to check again. */
	pending: SavedEntry[];
};

/** Whether saved data is a cursor of this event. */
export function isLogCursor(saved: IDataObject): saved is LogCursor {
	const isList = (list: unknown) => isTable(list, ['number', 'string']);
	return isNumber(saved.floor) && isList(saved.known) && isList(saved.pending);
}

/**
 * Entries become visible a little after their time (the server commits later), and a second goes on
 * after it was read. So the last stretch of the log, in seconds, is read again every time.
 */
export const OVERLAP = 120;

/** Max entries that are known; if there are more, the overlap gets shorter. */
export const MAX_KNOWN = 1000;

/** The cursor of a trigger that begins at a second, where these entries have been read already. */
export function logCursor(floor: number, read: LogEntry[] = [], open: LogEntry[] = []): LogCursor {
	return { floor, known: toSaved(read.filter(({ at }) => at >= floor)), pending: toSaved(open) };
}

/** Those that have not been read before, in their order. */
export function diff<Entry extends LogEntry>(cursor: LogCursor, entries: Entry[]): Entry[] {
	const known = new Set(cursor.known.map(([, id]) => id));
	return entries.filter(({ id, at }) => at >= cursor.floor && !known.has(id));
}

/** Whether the server has exactly the entries that have been read, judging by its newest page. */
export function isUnchanged(
	cursor: LogCursor,
	page: { entries: LogEntry[]; total: number },
): boolean {
	return page.total === cursor.known.length && diff(cursor, page.entries).length === 0;
}

/** What one poll has read of the log. */
export interface LogProgress<Entry extends LogEntry = LogEntry> {
	/** New entries without a gap, oldest first. */
	read: Entry[];
	/** Everything that was created before this second has been read. */
	through: number;
	/** The newest second that the server has shown. */
	head: number;
}

/**
 * The cursor after reading on.
 *
 * @param open The entries that are pending from now on, in the order in which to check them again.
 */
export function advance(
	cursor: LogCursor,
	{ read, through, head }: LogProgress,
	open: LogEntry[],
): LogCursor {
	const known = [...cursor.known, ...toSaved(read)].sort(([a], [b]) => a - b);
	const settled = Math.max(cursor.floor, Math.min(through, head - OVERLAP));
	const tooMany = known.at(-1 - MAX_KNOWN);
	const floor = Math.max(settled, Math.min(through, tooMany ? tooMany[0] + 1 : 0));
	return { floor, known: known.filter(([at]) => at >= floor), pending: toSaved(open) };
}

function toSaved(entries: LogEntry[]): SavedEntry[] {
	return entries.map(({ at, id }) => [at, id]);
}

/** The entries whose run had not ended, in the order in which to check them again. */
export function pendingOf(cursor: LogCursor): LogEntry[] {
	return cursor.pending.map(([at, id]) => ({ at, id }));
}

/** If more runs than this are pending, those that will hardly end any more make room. */
const CROWDED = 500;
/** In seconds. */
const HARDLY_ENDS_AFTER = 24 * 60 * 60;

/**
 * Whether the end of a pending run is not waited for any longer: servers that crash leave runs open
 * for ever, and these would gradually displace all others.
 *
 * @param head The newest second that the server has shown.
 */
export function isAbandoned(cursor: LogCursor, { at }: LogEntry, head: number): boolean {
	return cursor.pending.length > CROWDED && at < head - HARDLY_ENDS_AFTER;
}

const UNFINISHED = new Set(['running', 'paused', 'scheduled', 'pending']);

/** Newer servers write the entry when the run starts, older ones when it has ended. */
export function hasEnded(status: unknown): boolean {
	return !UNFINISHED.has(String(status));
}
