import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { asObject, asText, defined } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';
import { idOf, PAGE_SIZE, recordsOf, secondsOf } from '../../records';
import { MAX_ITEMS } from '../event';
import type { LogCursor, LogEntry, LogProgress } from './cursor';
import { diff, isUnchanged } from './cursor';
import type { LogFilters } from './fields';
import { filtersOf } from './fields';

/** An entry with everything that the server says about it. */
export interface LogRecord extends LogEntry {
	record: IDataObject;
	status: unknown;
	runId?: string;
}

/** Seconds, both inclusive. */
interface Range {
	after?: number;
	before?: number;
}

interface LogPage {
	/** Newest first. */
	entries: LogRecord[];
	total: number;
}

/** The log as the user has filtered it, read by one poll. */
export class WorkflowLog {
	readonly filters: LogFilters;

	constructor(readonly poll: PollCaller) {
		this.filters = filtersOf(poll.context);
	}

	/** One page: GET /workflows/logs. `more` adds to the query. */
	async page({ after, before }: Range = {}, page = 1, more: IDataObject = {}): Promise<LogPage> {
		const range = { created_at__after: isoTime(after), created_at__before: isoTime(before) };
		const qs = defined({ ...this.filters.fixed, page, limit: PAGE_SIZE, ...range, ...more });
		const response = asObject(await dify(this.poll).get('/workflows/logs', qs));
		const entries = recordsOf(response).map(toEntry);
		const total = Number(response.total ?? NaN);
		if (Number.isFinite(total)) return { entries, total };
		const seen = (page - 1) * PAGE_SIZE + entries.length;
		return { entries, total: seen + (response.has_more === true ? 1 : 0) };
	}

	/** All entries of a short stretch. `more` adds to the query. */
	async entriesIn({ after, before }: Required<Range>, more?: IDataObject): Promise<LogRecord[]> {
		// The server's filter ends at a point in time: only the next second includes all of the last one.
		const range = { after, before: before + 1 };
		const all: LogRecord[] = [];
		for (let page = 1; ; page++) {
			const { entries, total } = await this.page(range, page, more);
			all.push(...entries);
			if (page * PAGE_SIZE >= total || entries.length === 0) return all;
		}
	}

	/**
	 * Reads what is new, oldest first, as far as time and the size of an execution allow. The newest
	 * page comes first: it shows whether there is anything, so that a poll without news costs one
	 * request however long the log is.
	 *
	 * @throws ChatflowError if nothing could be read.
	 */
	async readNew(cursor: LogCursor): Promise<LogProgress<LogRecord>> {
		const newest = await this.page({ after: cursor.floor });
		const head = Math.max(cursor.floor, newest.entries[0]?.at ?? 0);
		if (isUnchanged(cursor, newest)) return { read: [], through: head, head };
		if (newest.total <= newest.entries.length) {
			return { read: diff(cursor, newest.entries.reverse()), through: head, head };
		}
		const read: LogRecord[] = [];
		const isComplete = await this.readFromOldest(cursor, head, read);
		return { read, through: isComplete ? head : (read.at(-1)?.at ?? cursor.floor), head };
	}

	/**
	 * Reads the pages between floor and head into `read`, from the last one, the oldest, to the first.
	 * If the number of entries changes in the meantime, all pages have shifted and reading ends: what
	 * has been read has no gap, and the next poll goes on from there.
	 *
	 * @returns Whether all of them have been read.
	 */
	private async readFromOldest(cursor: LogCursor, head: number, read: LogRecord[]) {
		const range = { after: cursor.floor, before: head + 1 };
		const { total } = await this.page(range, 1, { limit: 1 });
		for (let page = Math.ceil(total / PAGE_SIZE); page >= 1; page--) {
			if (read.length >= MAX_ITEMS || this.poll.isOver) return false;
			const request = this.page(range, page);
			// The pages so far count, even if the next one cannot be read.
			const found = read.length === 0 ? await request : await request.catch(() => undefined);
			if (found?.total !== total) return false;
			read.push(...diff(cursor, found.entries.reverse()));
		}
		return true;
	}
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

function isoTime(seconds: number | undefined): string | undefined {
	return seconds ? new Date(seconds * 1000).toISOString() : undefined;
}
