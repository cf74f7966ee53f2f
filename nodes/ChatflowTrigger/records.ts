import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../shared/errors';
import { asObject, asText, isObject, objectsIn } from '../shared/values';

/** Records per page: the most that every list of Dify gives. */
export const PAGE_SIZE = 100;

/** A server that sends more at once than this does not page at all. */
const MAX_RECORDS = 10_000;

/**
 * The records of one page of any list of Dify.
 *
 * @throws ChatflowError if they are far more than were asked for.
 */
export function recordsOf(response: unknown): IDataObject[] {
	const records = objectsIn(asObject(response).data);
	if (records.length <= MAX_RECORDS) return records;
	throw new ChatflowError({
		message: `The server sent ${records.length} records where it was asked for ${PAGE_SIZE}`,
		description: 'Check what the server at the Base URL is',
	});
}

/** The ID of a record; empty if it has none. */
export function idOf(record: IDataObject): string {
	return asText(record.id) ?? '';
}

/** The last second that a date can have: a larger number is damaged. */
export const MAX_SECOND = 253_402_300_799;

/** `created_at` and the like: seconds of the server's clock; 0 if there is none. */
export function secondsOf(value: unknown): number {
	return Math.min(Math.max(0, Math.floor(Number(value)) || 0), MAX_SECOND);
}

/** The same of an ISO time in UTC, which only some versions of Dify say with a zone. */
export function secondsOfIso(value: unknown): number {
	return secondsOf(Date.parse(inUtc(String(value ?? ''))) / 1000);
}

function inUtc(text: string): string {
	return text.includes('T') && !ZONE.test(text) ? `${text}Z` : text;
}

const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** Records within an event whose times are the server's, too; all else may be the user's. */
const NESTED = new Set(['workflow_run', 'run_details']);

/** A record with its times as ISO texts in UTC: Dify writes some as seconds, some without a zone. */
export function withIsoTimes(record: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(record).map(([key, value]) => {
			if (NESTED.has(key) && isObject(value)) return [key, withIsoTimes(value)];
			return [key, key.endsWith('_at') ? isoTime(value) : value];
		}),
	);
}

function isoTime(value: IDataObject[string]): IDataObject[string] {
	const isTime = typeof value === 'number' || (typeof value === 'string' && value !== '');
	if (!isTime) return value;
	const time = new Date(typeof value === 'number' ? value * 1000 : inUtc(value));
	return Number.isNaN(time.getTime()) ? value : time.toISOString();
}
