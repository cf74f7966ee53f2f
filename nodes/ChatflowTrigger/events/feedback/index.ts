import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { digest } from '../../digest';
import type { PollCaller } from '../../pollCaller';
import { idOf, PAGE_SIZE, recordsOf } from '../../records';
import { startFields } from '../../start';
import type { TriggerEvent } from '../event';
import { MAX_ITEMS, SAMPLE_SIZE } from '../event';
import type { FeedbackCursor, FeedbackEntry } from './cursor';
import {
	advance,
	comparableTime,
	diff,
	feedbackCursor,
	isBehind,
	isFeedbackCursor,
} from './cursor';

const MAX_START_PAGES = 6;
/** Max pages from the newest on; if there is more, the oldest part of the backlog is read instead. */
const MAX_NEWEST_PAGES = 12;
const MAX_BACKLOG_PAGES = 8;

interface FeedbackRow extends FeedbackEntry {
	record: IDataObject;
	changedAt: string;
}

/** Ratings of answers, new and changed: GET /app/feedbacks. */
export const feedback: TriggerEvent<FeedbackCursor> = {
	fields: [
		{
			displayName:
				'Starts the workflow for each new rating, and again when the rating or text of one of the newest 500 changes. Ratings that are withdrawn go unnoticed.',
			name: 'feedbackNotice',
			type: 'notice',
			default: '',
		},
		...startFields,
	],
	credential: 'difyApi',
	scope: () => ({}),
	isCursor: isFeedbackCursor,

	begin: async (poll, start) => {
		if (start.from === 'all') return feedbackCursor();
		if (start.from === 'date') {
			// The cursor excludes its own time, but the start date is included.
			return feedbackCursor(comparableTime(new Date(start.at * 1000 - 1).toISOString()));
		}
		const { rows, complete } = await readPages(poll, feedbackCursor(), 1, MAX_START_PAGES);
		// What is older than the pages that could be read is not new either.
		return advance(feedbackCursor(complete ? '' : rows.at(-1)?.at), rows);
	},

	collect: async (poll, cursor) => {
		const newest = await readPages(poll, cursor, 1, MAX_NEWEST_PAGES);
		const rows = newest.complete ? newest.rows : await readOldest(poll, cursor);
		const { created, changed } = diff(cursor, rows);
		const found = [
			...created.map((row) => ({ ...row, change: 'created', when: row.at })),
			...changed.map((row) => ({ ...row, change: 'updated', when: row.changedAt })),
		];
		found.sort((a, b) => (a.when < b.when ? -1 : Number(a.when > b.when)));
		const emitted = found.slice(0, MAX_ITEMS);
		return { items: emitted.map(toItem), cursor: advance(cursor, emitted) };
	},

	sample: async (poll) => {
		const { rows } = await readPages(poll, feedbackCursor(), 1, 1);
		const recent = rows.slice(0, SAMPLE_SIZE).reverse();
		return recent.map((row) => toItem({ ...row, change: 'created' }));
	},
};

/**
 * Reads pages from the newer to the older, back to what the cursor has behind it: feedback that
 * arrives in the meantime shifts rows to pages not yet read, so none is missed.
 *
 * @returns `complete` if nothing of interest is on later pages. The list says neither how long it is
 * nor whether there is more.
 */
async function readPages(
	poll: PollCaller,
	cursor: FeedbackCursor,
	first: number,
	count: number,
): Promise<{ rows: FeedbackRow[]; complete: boolean }> {
	const rows: FeedbackRow[] = [];
	for (let page = first; page < first + count && !poll.isOver; page++) {
		const response = await dify(poll).get('/app/feedbacks', { page, limit: PAGE_SIZE });
		const found = recordsOf(response).map(toRow);
		rows.push(...found);
		if (found.length < PAGE_SIZE || isBehind(cursor, found.at(-1))) return { rows, complete: true };
	}
	return { rows, complete: false };
}

/**
 * Reads the oldest unread pages of a long backlog. Its end is found by doubling and halving, as the
 * list cannot be filtered by time.
 *
 * @returns No rows if the time was too short.
 */
async function readOldest(poll: PollCaller, cursor: FeedbackCursor): Promise<FeedbackRow[]> {
	let before = MAX_NEWEST_PAGES;
	let last = before * 2;
	const reachesEnd = async (page: number) => (await readPages(poll, cursor, page, 1)).complete;
	while (!poll.isOver && !(await reachesEnd(last))) [before, last] = [last, last * 2];
	while (!poll.isOver && last - before > 1) {
		const middle = Math.floor((before + last) / 2);
		if (await reachesEnd(middle)) last = middle;
		else before = middle;
	}
	const first = Math.max(1, last - MAX_BACKLOG_PAGES + 1);
	// Two pages more than needed, for what arrives in the meantime.
	const { rows, complete } = await readPages(poll, cursor, first, MAX_BACKLOG_PAGES + 2);
	return complete ? rows : [];
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

function toItem(row: FeedbackRow & { change: string }): IDataObject {
	const { id, fingerprint, change, record } = row;
	return { event_id: `${id}:${fingerprint}`, change, ...record };
}
