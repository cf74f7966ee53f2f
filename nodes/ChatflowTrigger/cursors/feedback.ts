import type { IDataObject } from 'n8n-workflow';

import { isTable } from './shape';

/** One feedback as far as it matters for knowing it again. */
export interface FeedbackEntry {
	id: string;
	/** When it was given, by the server's clock: an ISO text without a zone, so that texts compare. */
	at: string;
	/** Another text whenever rating, content or time of change are others. */
	fingerprint: string;
}

type Kept = [at: string, id: string, fingerprint: string];

/** Which feedbacks have been read. */
export type FeedbackCursor = {
	/** What was given at this time or before is either known or done with. */
	since: string;
	/** The newest feedbacks that have been read, oldest first: these are watched for changes. */
	known: Kept[];
};

/** Whether what n8n has kept is a cursor of this event. */
export function isFeedbackCursor(kept: IDataObject): kept is FeedbackCursor {
	return typeof kept.since === 'string' && isTable(kept.known, ['string', 'string', 'string']);
}

/** How many feedbacks are watched for changes. */
export const HORIZON = 500;

/** The cursor of a trigger that begins behind a time; without one, at the very beginning. */
export function feedbackCursor(since = ''): FeedbackCursor {
	return { since, known: [] };
}

/**
 * Tells new feedbacks from changed ones. A feedback that is too old to be known is neither: Dify has
 * no list of changes, and what was forgotten cannot be compared.
 *
 * @param rows Feedbacks in the order of the server, newest first.
 */
export function sift<Entry extends FeedbackEntry>(
	cursor: FeedbackCursor,
	rows: Entry[],
): { created: Entry[]; changed: Entry[] } {
	const known = new Map(cursor.known.map(([, id, fingerprint]) => [id, fingerprint]));
	// A row that moved on while the pages were read comes twice.
	const oldestFirst = [...new Map(rows.map((row) => [row.id, row])).values()].reverse();
	const isChanged = ({ id, fingerprint }: Entry) => known.has(id) && known.get(id) !== fingerprint;
	return {
		created: oldestFirst.filter(({ id, at }) => !known.has(id) && at > cursor.since),
		changed: oldestFirst.filter(isChanged),
	};
}

/** Whether everything from this row on, in the order of the server, is known or done with. */
export function isBehind(cursor: FeedbackCursor, row: FeedbackEntry | undefined): boolean {
	return row !== undefined && row.at <= cursor.since;
}

/** The cursor after these feedbacks, new and changed ones, have been given out. */
export function learnt(cursor: FeedbackCursor, rows: FeedbackEntry[]): FeedbackCursor {
	const known = new Map(cursor.known.map((kept) => [kept[1], kept]));
	for (const { at, id, fingerprint } of rows) known.set(id, [at, id, fingerprint]);
	const sorted = [...known.values()].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
	const forgotten = sorted[sorted.length - HORIZON - 1];
	return { since: later(cursor.since, forgotten?.[0]), known: sorted.slice(-HORIZON) };
}

function later(a: string, b = ''): string {
	return b > a ? b : a;
}

/** The server's ISO time as a text that compares: some versions name the zone, some do not (facts 4). */
export function comparableTime(value: unknown): string {
	const text = String(value ?? '');
	const utc = /^(.*?\d)(?:Z|\+00:?00)?$/i.exec(text)?.[1] ?? '';
	if (!/[+-]\d\d:?\d\d$/.test(utc.slice(10)) && utc !== '') return utc.replace(/\.0+$/, '');
	const time = Date.parse(text);
	return Number.isNaN(time) ? text : comparableTime(new Date(time).toISOString());
}
