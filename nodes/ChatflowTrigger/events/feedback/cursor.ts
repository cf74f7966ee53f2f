import type { IDataObject } from 'n8n-workflow';

import { isTable } from '../shape';

/** What is needed of a feedback to recognise it. */
export interface FeedbackEntry {
	id: string;
	/** When it was given, by the server's clock: ISO text without a zone, so that texts compare. */
	at: string;
	/** Changes with the rating, the content and the time of change. */
	fingerprint: string;
}

type Known = [at: string, id: string, fingerprint: string];

/** Which feedbacks have been read. */
export type FeedbackCursor = {
	/** Whatever was given at or before this time is either in `known` or no longer of interest. */
	since: string;
	/** The newest feedbacks that have been read, oldest first: they are watched for changes. */
	known: Known[];
};

/** Whether saved data is a cursor of this event. */
export function isFeedbackCursor(saved: IDataObject): saved is FeedbackCursor {
	return typeof saved.since === 'string' && isTable(saved.known, ['string', 'string', 'string']);
}

/** Max feedbacks that are watched for changes. */
export const MAX_KNOWN = 500;

/** The cursor of a trigger that begins after a time; without one, at the very beginning. */
export function feedbackCursor(since = ''): FeedbackCursor {
	return { since, known: [] };
}

/**
 * Tells new feedbacks from changed ones. One that is too old to be known is neither: Dify has no list
 * of changes, and what was forgotten cannot be compared.
 *
 * @param rows Feedbacks in the order of the server, newest first.
 * @returns Both oldest first.
 */
export function diff<Entry extends FeedbackEntry>(
	cursor: FeedbackCursor,
	rows: Entry[],
): { created: Entry[]; changed: Entry[] } {
	const known = new Map(cursor.known.map(([, id, fingerprint]) => [id, fingerprint]));
	// A row that was shifted to the next page while the pages were read comes twice.
	const oldestFirst = [...new Map(rows.map((row) => [row.id, row])).values()].reverse();
	return {
		created: oldestFirst.filter(({ id, at }) => !known.has(id) && at > cursor.since),
		changed: oldestFirst.filter(
			({ id, fingerprint }) => known.has(id) && known.get(id) !== fingerprint,
		),
	};
}

/** Whether everything from this row on, in the order of the server, is known or too old. */
export function isBehind(cursor: FeedbackCursor, row: FeedbackEntry | undefined): boolean {
	return row !== undefined && row.at <= cursor.since;
}

/** The cursor after these feedbacks, new and changed ones, have been emitted. */
export function advance(cursor: FeedbackCursor, rows: FeedbackEntry[]): FeedbackCursor {
	const known = new Map(cursor.known.map((entry) => [entry[1], entry]));
	for (const { at, id, fingerprint } of rows) known.set(id, [at, id, fingerprint]);
	const sorted = [...known.values()].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
	const forgottenAt = sorted[sorted.length - MAX_KNOWN - 1]?.[0] ?? '';
	return {
		since: forgottenAt > cursor.since ? forgottenAt : cursor.since,
		known: sorted.slice(-MAX_KNOWN),
	};
}

/** The server's ISO time as a text that compares: only some versions of Dify add the zone. */
export function comparableTime(value: unknown): string {
	const text = String(value ?? '');
	const utc = /^(.*?\d)(?:Z|\+00:?00)?$/i.exec(text)?.[1] ?? '';
	if (!/[+-]\d\d:?\d\d$/.test(utc.slice(10)) && utc !== '') return utc.replace(/\.0+$/, '');
	const time = Date.parse(text);
	return Number.isNaN(time) ? text : comparableTime(new Date(time).toISOString());
}
