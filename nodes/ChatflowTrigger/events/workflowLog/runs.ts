import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import type { Caller } from '../../../shared/client';
import { path } from '../../../shared/client';
import { tryParseJson } from '../../../shared/json';
import { asObject } from '../../../shared/values';
import { ignoreNotFound } from '../../errorKind';
import { MAX_ITEMS } from '../event';
import type { LogCursor, LogEntry } from './cursor';
import { hasEnded, isAbandoned, pendingOf } from './cursor';
import type { LogRecord, WorkflowLog } from './log';

/** Max pending runs that are checked again in one poll. */
const MAX_CHECKED_AGAIN = 20;

/**
 * Checks runs again that had not ended: those of one second at least, others as time allows. Each is
 * found by the second of its entry; one that is no longer in the log is forgotten.
 *
 * @param head The newest second of the log.
 * @returns Those that have ended or are abandoned, and those still open, the ones just checked last.
 */
export async function checkPending(
	log: WorkflowLog,
	cursor: LogCursor,
	head: number,
): Promise<{ ended: LogRecord[]; open: LogEntry[] }> {
	const pending = pendingOf(cursor);
	const turn = pending.slice(0, MAX_CHECKED_AGAIN);
	const seconds = new Set<number>();
	const now = new Map<string, LogRecord>();
	for (const at of new Set(turn.map((entry) => entry.at))) {
		if (seconds.size > 0 && log.poll.isOver) break;
		for (const entry of await log.entriesIn({ after: at, before: at })) now.set(entry.id, entry);
		seconds.add(at);
	}
	const checked = new Set(turn.filter(({ at }) => seconds.has(at)));
	const found = [...checked].flatMap(({ id }) => now.get(id) ?? []);
	const isDone = (entry: LogRecord) => hasEnded(entry.status) || isAbandoned(cursor, entry, head);
	return {
		ended: found.filter(isDone),
		open: [
			...pending.filter((entry) => !checked.has(entry)),
			...found.filter((entry) => !isDone(entry)),
		],
	};
}

/**
 * The IDs of the runs that match the filters for status and keyword. These are applied to ended runs
 * only: filtered by them, the list would hide a run until it has ended, at a time long past.
 */
export async function matchingIds(
	log: WorkflowLog,
	earlier: LogRecord[],
	recent: LogRecord[],
): Promise<Set<string>> {
	const { keyword } = log.filters;
	const candidates = withStatus(log, [...earlier, ...recent]).map(({ id }) => id);
	if (keyword === undefined) return new Set(candidates);

	const seconds = new Set(withStatus(log, earlier).map(({ at }) => at));
	const ranges = [...seconds].map((at) => ({ after: at, before: at }));
	const times = withStatus(log, recent).map(({ at }) => at);
	if (times.length > 0) ranges.push({ after: Math.min(...times), before: Math.max(...times) });
	const matches = new Set<string>();
	for (const range of ranges) {
		for (const { id } of await log.entriesIn(range, { keyword })) matches.add(id);
	}
	return new Set(candidates.filter((id) => matches.has(id)));
}

/** Those whose run ended with one of the chosen statuses. */
export function withStatus({ filters }: WorkflowLog, entries: LogRecord[]): LogRecord[] {
	if (filters.statuses.length === 0) return entries;
	return entries.filter(({ status }) => filters.statuses.includes(String(status)));
}

/**
 * Makes items of entries, until the execution is full or the time is up.
 *
 * @param wanted The IDs of the entries that become items.
 * @returns The items, and how many entries of the queue are done.
 * @throws ChatflowError if not even the first item could be made.
 */
export async function toItems(
	{ poll, filters }: WorkflowLog,
	queue: LogRecord[],
	wanted: Set<string>,
): Promise<{ items: IDataObject[]; done: number }> {
	const { includeRunDetails } = filters;
	const items: IDataObject[] = [];
	for (const [done, entry] of queue.entries()) {
		if (!wanted.has(entry.id)) continue;
		if (items.length >= MAX_ITEMS) return { items, done };
		const item: IDataObject = { event_id: entry.id, ...entry.record };
		if (includeRunDetails) {
			if (items.length > 0 && poll.isOver) return { items, done };
			const request = runDetails(poll, entry);
			// The items so far count, even if the next details cannot be read.
			const details = items.length === 0 ? await request : await request.catch(() => undefined);
			if (details === undefined) return { items, done };
			item.run_details = details;
		}
		items.push(item);
	}
	return { items, done: queue.length };
}

/** Inputs and outputs of a run; `null` if the server no longer has them. */
async function runDetails(poll: Caller, { runId }: LogRecord): Promise<IDataObject | null> {
	if (runId === undefined) return null;
	const response = await dify(poll)
		.get(path`/workflows/run/${runId}`)
		.catch(ignoreNotFound);
	if (response === undefined) return null;
	const details = asObject(response);
	// Dify sends the inputs as JSON text.
	const inputs = typeof details.inputs === 'string' ? tryParseJson(details.inputs) : undefined;
	return inputs === undefined ? details : { ...details, inputs: inputs as IDataObject };
}
