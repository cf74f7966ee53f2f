import type { IDataObject } from 'n8n-workflow';

import { isNumber, isTable } from './shape';

/** An entry of the log: its id, and the second (server's clock) at which it was made. */
export interface LogEntry {
	id: string;
	at: number;
}

/** Second and id of an entry, as it is kept. */
type Kept = [at: number, id: string];

/** How far the log has been read. All times are seconds of the server's clock. */
export type LogCursor = {
	/** What was made before is done with. */
	floor: number;
	/** All entries from the floor on that have been read, oldest first. */
	known: Kept[];
	/** Entries that have been read but whose run had not ended, in the order in which to look again. */
	pending: Kept[];
};

/** Whether what n8n has kept is a cursor of this event. */
export function isLogCursor(kept: IDataObject): kept is LogCursor {
	const isList = (list: unknown) => isTable(list, ['number', 'string']);
	return isNumber(kept.floor) && isList(kept.known) && isList(kept.pending);
}

/**
 * Entries become visible a little after their time (the server commits later), and a second goes on
 * after it was read. So the last stretch of the log is read again every time, in seconds.
 */
export const OVERLAP = 120;

/** How many entries are kept at most; above it the overlap gets shorter. */
export const KNOWN_LIMIT = 1000;

/** The cursor of a trigger that begins at a second, where these entries have been read already. */
export function logCursor(floor: number, read: LogEntry[] = []): LogCursor {
	return { floor, known: kept(read.filter(({ at }) => at >= floor)), pending: [] };
}

/** Those that have not been read before, in their order. */
export function unread<Entry extends LogEntry>(cursor: LogCursor, entries: Entry[]): Entry[] {
	const known = new Set(cursor.known.map(([, id]) => id));
	return entries.filter(({ id, at }) => at >= cursor.floor && !known.has(id));
}

/** Whether the server has exactly those entries that have been read, judged by its newest page. */
export function isQuiet(cursor: LogCursor, page: { entries: LogEntry[]; total: number }): boolean {
	return page.total === cursor.known.length && unread(cursor, page.entries).length === 0;
}

/**
 * The cursor after reading on.
 *
 * @param read Newly read entries.
 * @param through Everything that was made before this second has been read.
 * @param head The newest second that the server has shown.
 */
export function readOn(
	cursor: LogCursor,
	{ read, through, head }: { read: LogEntry[]; through: number; head: number },
): LogCursor {
	const known = [...cursor.known, ...kept(read)].sort(([a], [b]) => a - b);
	const settled = Math.max(cursor.floor, Math.min(through, head - OVERLAP));
	const floor = Math.max(settled, Math.min(through, crowdedBefore(known)));
	return { ...cursor, floor, known: known.filter(([at]) => at >= floor) };
}

/** The second that begins after the oldest entries which are too many to keep. */
function crowdedBefore(known: Kept[]): number {
	const last = known.at(-1 - KNOWN_LIMIT);
	return last ? last[0] + 1 : 0;
}

function kept(entries: LogEntry[]): Kept[] {
	return entries.map(({ at, id }) => [at, id]);
}

/** The cursor with other pending entries: those still open at the end, so that all get their turn. */
export function withPending(cursor: LogCursor, open: LogEntry[]): LogCursor {
	return { ...cursor, pending: kept(open) };
}

/** The entries whose run had not ended, in the order in which to look again. */
export function pendingOf(cursor: LogCursor): LogEntry[] {
	return cursor.pending.map(([at, id]) => ({ at, id }));
}

/** From so many open runs on, those that will hardly ever end make room. */
const CROWD = 500;

/** In seconds. */
const HARDLY_ENDS_AFTER = 24 * 60 * 60;

/**
 * Whether an open run is waited for no more: servers that crash leave runs open for ever, and in the
 * end these would take the place of all others.
 *
 * @param head The newest second that the server has shown.
 */
export function isGivenUp(cursor: LogCursor, { at }: LogEntry, head: number): boolean {
	return cursor.pending.length > CROWD && at < head - HARDLY_ENDS_AFTER;
}

const UNFINISHED = new Set(['running', 'paused', 'scheduled', 'pending']);

/** Newer servers write the entry when the run starts, older ones when it has ended. */
export function hasEnded(status: unknown): boolean {
	return !UNFINISHED.has(String(status));
}
