import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../../shared/objects';
import type { LogCursor, LogEntry } from '../../cursors/workflowLog';
import { isQuiet, unread } from '../../cursors/workflowLog';
import { ask, idOf, PAGE_SIZE, recordsOf, secondsOf } from '../../dify';
import type { PollSession } from '../../session';
import { MAX_ITEMS } from '../event';
import type { LogFilters } from './fields';

/** An entry with everything that the server tells about it. */
export interface LogRecord extends LogEntry {
	record: IDataObject;
	status: unknown;
	runId?: string;
}

/** Seconds; both ends are included. */
interface Range {
	after?: number;
	before?: number;
}

interface LogPage {
	/** Newest first. */
	entries: LogRecord[];
	total: number;
}

export interface Reading {
	/** Unread entries without a gap, oldest first. */
	read: LogRecord[];
	/** Everything that was made before this second has been read. */
	through: number;
	/** The newest second of the log. */
	head: number;
}

/** One page of the log, newest entries first (specification, /workflows/logs). */
export async function logPage(
	session: PollSession,
	query: IDataObject,
	range: Range = {},
	page = 1,
	limit = PAGE_SIZE,
): Promise<LogPage> {
	const answer = await ask(session, '/workflows/logs', {
		...query,
		page,
		limit,
		created_at__after: range.after ? iso(range.after) : undefined,
		created_at__before: range.before ? iso(range.before) : undefined,
	});
	const entries = recordsOf(answer).map(toEntry);
	const seen = (page - 1) * limit + entries.length;
	return { entries, total: totalOf(answer, seen) };
}

/** How many entries there are; what was seen, where the server does not tell. */
function totalOf({ total, has_more: hasMore }: IDataObject, seen: number): number {
	const told = Number(total ?? NaN);
	return Number.isFinite(told) ? told : seen + (hasMore === true ? 1 : 0);
}

/** All entries of a short stretch of the log. */
export async function allEntries(
	session: PollSession,
	query: IDataObject,
	range: Required<Range>,
): Promise<LogRecord[]> {
	// The filter ends at a point of time: the second after it contains the whole last second.
	const open = { after: range.after, before: range.before + 1 };
	const all: LogRecord[] = [];
	for (let page = 1; ; page++) {
		const { entries, total } = await logPage(session, query, open, page);
		all.push(...entries);
		if (page * PAGE_SIZE >= total || entries.length === 0) return all;
	}
}

/**
 * Reads what is new, oldest first, as far as time and the size of an execution allow. The newest page
 * comes first: it tells whether there is anything, so that silence costs one request however long the
 * log is.
 *
 * @throws NodeApiError when nothing could be read.
 */
export async function readNew(
	session: PollSession,
	filters: LogFilters,
	cursor: LogCursor,
): Promise<Reading> {
	const newest = await logPage(session, filters.fixed, { after: cursor.floor });
	const head = Math.max(cursor.floor, newest.entries[0]?.at ?? 0);
	const nothing = { read: [], through: head, head };
	if (isQuiet(cursor, newest)) return nothing;
	if (newest.total <= newest.entries.length) {
		return { ...nothing, read: unread(cursor, [...newest.entries].reverse()) };
	}
	return { head, ...(await readFromOldest(session, filters, cursor, head)) };
}

/**
 * Reads the pages between floor and head from the last one, the oldest, to the first. When the number
 * of entries changes in between, all pages have shifted and reading ends: what was read so far has no
 * gap, and the next poll goes on behind it.
 */
async function readFromOldest(
	session: PollSession,
	{ fixed }: LogFilters,
	cursor: LogCursor,
	head: number,
): Promise<Omit<Reading, 'head'>> {
	const range = { after: cursor.floor, before: head + 1 };
	const { total } = await logPage(session, fixed, range, 1, 1);
	const read: LogRecord[] = [];
	for (let page = Math.ceil(total / PAGE_SIZE); page >= 1; page--) {
		if (read.length >= MAX_ITEMS || session.isOver()) return partly(cursor, read);
		const found = await pageOrEnd(session, fixed, range, page, read);
		if (found?.total !== total) return partly(cursor, read);
		read.push(...unread(cursor, found.entries.reverse()));
	}
	return { read, through: head };
}

/** `undefined` when the page cannot be read but others have been: those count. */
async function pageOrEnd(
	session: PollSession,
	query: IDataObject,
	range: Range,
	page: number,
	read: LogRecord[],
): Promise<LogPage | undefined> {
	const found = logPage(session, query, range, page);
	return read.length === 0 ? await found : await found.catch(() => undefined);
}

function partly(cursor: LogCursor, read: LogRecord[]): Omit<Reading, 'head'> {
	return { read, through: read.at(-1)?.at ?? cursor.floor };
}

function toEntry(record: IDataObject): LogRecord {
	const run = asObject(record.workflow_run);
	return {
		id: idOf(record),
		at: secondsOf(record.created_at),
		record,
		status: run.status,
		runId: asText(run.id),
	};
}

function iso(seconds: number): string {
	return new Date(seconds * 1000).toISOString();
}
