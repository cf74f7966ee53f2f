import type { IDataObject } from 'n8n-workflow';

import {
	comparableTime,
	feedbackCursor,
	isBehind,
	isFeedbackCursor,
	learnt,
	sift,
} from '../cursors/feedback';
import type { FeedbackCursor, FeedbackEntry } from '../cursors/feedback';
import { digest } from '../digest';
import { ask, idOf, PAGE_SIZE, recordsOf } from '../dify';
import type { PollSession } from '../session';
import { startFields } from '../start';
import type { TriggerEvent } from './event';
import { MAX_ITEMS, SAMPLE_SIZE } from './event';

/** Pages from the newest on that are read before the end of a backlog is searched for. */
const PAGES_IN_A_ROW = 12;

/** Pages of a backlog per poll. */
const BACKLOG_PAGES = 8;

interface FeedbackRow extends FeedbackEntry {
	record: IDataObject;
	changedAt: string;
}

/** Ratings of answers, new and changed (GET /app/feedbacks). */
export const feedback: TriggerEvent<FeedbackCursor> = {
	fields: [
		{
			displayName:
				'Starts once for each new rating, and again when the rating or text of one of the newest 500 changes. It does not notice ratings that were taken back.',
			name: 'feedbackNotice',
			type: 'notice',
			default: '',
		},
		...startFields,
	],
	credential: 'difyApi',
	scope: () => ({}),

	isCursor: isFeedbackCursor,

	begin: async (session, start) => {
		if (start.from === 'all') return feedbackCursor();
		if (start.from === 'date') {
			// The cursor's time is over, the start date's is not.
			return feedbackCursor(comparableTime(new Date(start.at * 1000 - 1).toISOString()));
		}
		const { rows, complete } = await readPages(session, feedbackCursor(), 1, 6);
		// What is older than the part that could be read is not new either.
		return learnt(feedbackCursor(complete ? '' : rows.at(-1)?.at), rows);
	},

	collect: async (session, cursor) => {
		const newest = await readPages(session, cursor, 1, PAGES_IN_A_ROW);
		const { rows } = newest.complete ? newest : await readOldest(session, cursor);
		const { created, changed } = sift(cursor, rows);
		const found = [
			...created.map((row) => ({ row, change: 'created', when: row.at })),
			...changed.map((row) => ({ row, change: 'updated', when: row.changedAt })),
		];
		found.sort((a, b) => (a.when < b.when ? -1 : Number(a.when > b.when)));
		const given = found.slice(0, MAX_ITEMS);
		return {
			items: given.map(({ row, change }) => toItem(row, change)),
			cursor: learnt(
				cursor,
				given.map(({ row }) => row),
			),
		};
	},

	sample: async (session) => {
		const rows = (await readPage(session, 1, SAMPLE_SIZE)).reverse();
		return rows.map((row) => toItem(row, 'created'));
	},
};

async function readPage(
	session: PollSession,
	page: number,
	limit = PAGE_SIZE,
): Promise<FeedbackRow[]> {
	return recordsOf(await ask(session, '/app/feedbacks', { page, limit })).map(toRow);
}

/** Whether nothing behind this page is of interest. The list has neither a total nor `has_more`. */
function isLast(cursor: FeedbackCursor, rows: FeedbackRow[]): boolean {
	return rows.length < PAGE_SIZE || isBehind(cursor, rows.at(-1));
}

/**
 * Reads pages from the newer to the older: new feedback that arrives meanwhile shifts rows to pages
 * not yet read, so none is missed.
 */
async function readPages(
	session: PollSession,
	cursor: FeedbackCursor,
	first: number,
	count: number,
): Promise<{ rows: FeedbackRow[]; complete: boolean }> {
	const rows: FeedbackRow[] = [];
	for (let page = first; page < first + count && !session.isOver(); page++) {
		const found = await readPage(session, page);
		rows.push(...found);
		if (isLast(cursor, found)) return { rows, complete: true };
	}
	return { rows, complete: false };
}

/**
 * Reads the oldest unread pages of a long backlog. Where it ends is found by doubling and halving, as
 * the list cannot be asked for a time.
 *
 * @returns No rows when the time did not suffice.
 */
async function readOldest(
	session: PollSession,
	cursor: FeedbackCursor,
): Promise<{ rows: FeedbackRow[] }> {
	let before = PAGES_IN_A_ROW;
	let last = before * 2;
	const reaches = async (page: number) => isLast(cursor, await readPage(session, page));
	while (!session.isOver() && !(await reaches(last))) [before, last] = [last, last * 2];
	while (!session.isOver() && last - before > 1) {
		const middle = Math.floor((before + last) / 2);
		if (await reaches(middle)) last = middle;
		else before = middle;
	}
	// Two pages more than needed, for what arrives meanwhile.
	const first = Math.max(1, last - BACKLOG_PAGES + 1);
	const { rows, complete } = await readPages(session, cursor, first, BACKLOG_PAGES + 2);
	return { rows: complete ? rows : [] };
}

function toRow(record: IDataObject): FeedbackRow {
	const { rating, content, created_at: createdAt, updated_at: updatedAt } = record;
	const changedAt = comparableTime(updatedAt ?? createdAt);
	return {
		id: idOf(record),
		at: comparableTime(createdAt),
		changedAt,
		fingerprint: digest([rating, content, changedAt]),
		record,
	};
}

function toItem({ id, fingerprint, record }: FeedbackRow, change: string): IDataObject {
	return { event_id: `${id}:${fingerprint}`, change, ...record };
}
