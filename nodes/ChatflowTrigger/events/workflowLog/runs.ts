import type { IDataObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { difyPath } from '../../../Dify/transport/request';
import { asNodeError } from '../../../shared/errors';
import { tryParseJson } from '../../../shared/json';
import type { LogCursor, LogEntry } from '../../cursors/workflowLog';
import { hasEnded, isGivenUp, pendingOf } from '../../cursors/workflowLog';
import { ask } from '../../dify';
import type { PollSession } from '../../session';
import { MAX_ITEMS } from '../event';
import type { LogFilters } from './fields';
import type { LogRecord } from './pages';
import { allEntries } from './pages';

/** How many unfinished runs are looked at again in one poll. */
const AGAIN_PER_POLL = 20;

/**
 * Looks at runs again that had not ended, at one second's at least and at others as time allows. Each
 * is found by the second at which its entry was made; one that is gone from the log is forgotten.
 *
 * @param head The newest second of the log.
 * @returns Those that have ended or are given up, and those still open, the ones just looked at last.
 */
export async function lookAgain(
	session: PollSession,
	{ fixed }: LogFilters,
	cursor: LogCursor,
	head: number,
): Promise<{ ended: LogRecord[]; open: LogEntry[] }> {
	const pending = pendingOf(cursor);
	const turn = pending.slice(0, AGAIN_PER_POLL);
	const seconds = new Set<number>();
	const now = new Map<string, LogRecord>();
	for (const at of new Set(turn.map((entry) => entry.at))) {
		if (seconds.size > 0 && session.isOver()) break;
		const entries = await allEntries(session, fixed, { after: at, before: at });
		for (const entry of entries) now.set(entry.id, entry);
		seconds.add(at);
	}
	const asked = new Set(turn.filter(({ at }) => seconds.has(at)));
	const found = [...asked].flatMap(({ id }) => now.get(id) ?? []);
	const isDone = (entry: LogRecord) => hasEnded(entry.status) || isGivenUp(cursor, entry, head);
	return {
		ended: found.filter(isDone),
		open: [
			...pending.filter((entry) => !asked.has(entry)),
			...found.filter((entry) => !isDone(entry)).map(({ id, at }) => ({ id, at })),
		],
	};
}

/**
 * The ids of those runs that pass the filters for status and keyword. These are applied to ended
 * runs only: on the way the list leaves out runs that it shows later, at a time long past.
 */
export async function matching(
	session: PollSession,
	{ fixed, statuses, keyword }: LogFilters,
	earlier: LogRecord[],
	recent: LogRecord[],
): Promise<Set<string>> {
	const hasStatus = ({ status }: LogRecord) =>
		statuses.length === 0 || statuses.includes(String(status));
	const candidates = [...earlier, ...recent].filter(hasStatus).map(({ id }) => id);
	if (keyword === undefined || candidates.length === 0) return new Set(candidates);

	const seconds = new Set(earlier.filter(hasStatus).map(({ at }) => at));
	const ranges = [...seconds].map((at) => ({ after: at, before: at }));
	const times = recent.filter(hasStatus).map(({ at }) => at);
	if (times.length > 0) {
		ranges.push({ after: Math.min(...times), before: Math.max(...times) });
	}
	const matches = new Set<string>();
	for (const range of ranges) {
		const entries = await allEntries(session, { ...fixed, keyword }, range);
		for (const { id } of entries) matches.add(id);
	}
	return new Set(candidates.filter((id) => matches.has(id)));
}

/**
 * Turns entries into items until the execution is full or the time is up.
 *
 * @returns The items, and how many entries of the queue are done with.
 * @throws NodeApiError when not even the first item could be made.
 */
export async function produce(
	session: PollSession,
	{ includeRunDetails }: LogFilters,
	queue: LogRecord[],
	wanted: Set<string>,
): Promise<{ items: IDataObject[]; done: number }> {
	const items: IDataObject[] = [];
	for (const [done, entry] of queue.entries()) {
		if (!wanted.has(entry.id)) continue;
		if (items.length >= MAX_ITEMS) return { items, done };
		if (includeRunDetails && items.length > 0 && session.isOver()) return { items, done };
		try {
			const details = includeRunDetails ? { run_details: await runDetails(session, entry) } : {};
			items.push({ event_id: entry.id, ...entry.record, ...details });
		} catch (error) {
			if (items.length > 0) return { items, done };
			throw asNodeError(session.context.getNode(), error, 0);
		}
	}
	return { items, done: queue.length };
}

/** Inputs and outputs of a run; `null` when the server has them no more. */
async function runDetails(session: PollSession, { runId }: LogRecord): Promise<IDataObject | null> {
	if (runId === undefined) return null;
	try {
		const details = await ask(session, difyPath`/workflows/run/${runId}`);
		// Servers send the inputs as a text with JSON (facts 4).
		const inputs = typeof details.inputs === 'string' ? tryParseJson(details.inputs) : undefined;
		return inputs === undefined ? details : { ...details, inputs: inputs as IDataObject };
	} catch (error) {
		if (error instanceof NodeApiError && error.httpCode === '404') return null;
		throw asNodeError(session.context.getNode(), error, 0);
	}
}
