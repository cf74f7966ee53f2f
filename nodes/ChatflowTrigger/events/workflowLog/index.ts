import type { LogCursor } from '../../cursors/workflowLog';
import { hasEnded, isLogCursor, logCursor, readOn, withPending } from '../../cursors/workflowLog';
import type { TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import { fields, filtersOf } from './fields';
import { logPage, readNew } from './pages';
import { lookAgain, matching, produce } from './runs';

/** How many unfinished runs are waited for; above it they are given out as they are. */
const PENDING_LIMIT = 1000;

/** Runs of a Workflow app, each once, when it has ended (GET /workflows/logs). */
export const workflowLog: TriggerEvent<LogCursor> = {
	fields,
	credential: 'difyApi',
	scope: (context) => {
		const { fixed, statuses, keyword } = filtersOf(context);
		return { ...fixed, statuses, keyword };
	},

	isCursor: isLogCursor,

	begin: async (session, start) => {
		if (start.from === 'all') return logCursor(0);
		if (start.from === 'date') return logCursor(start.at);
		const { entries } = await logPage(session, filtersOf(session.context).fixed);
		// A run under way at the activation ends after it.
		const open = entries.filter(({ status }) => !hasEnded(status));
		return withPending(logCursor(entries[0]?.at ?? 0, entries), open.reverse());
	},

	collect: async (session, cursor) => {
		const filters = filtersOf(session.context);
		// What is new comes first: those still open may be many, and take turns.
		const { read, through, head } = await readNew(session, filters, cursor);
		const earlier = await lookAgain(session, filters, cursor, head);
		const room = PENDING_LIMIT - earlier.open.length;
		const waiting = new Set(read.filter(({ status }) => !hasEnded(status)).slice(0, room));
		const ended = read.filter((entry) => !waiting.has(entry));
		const wanted = await matching(session, filters, earlier.ended, ended);
		// What is younger than the part that could be read waits for the rest.
		const ready = earlier.ended.filter(({ at }) => at <= through);
		const queue = [...ready, ...read].sort((a, b) => a.at - b.at);
		const { items, done } = await produce(session, filters, queue, wanted);

		const given = new Set(queue.slice(0, done));
		const taken = read.filter((entry) => given.has(entry));
		const reached = taken.length === read.length ? through : (taken.at(-1)?.at ?? cursor.floor);
		const next = readOn(cursor, { read: taken, through: reached, head });
		const open = [
			...earlier.open,
			...earlier.ended.filter((entry) => !given.has(entry)),
			...taken.filter((entry) => waiting.has(entry)),
		];
		return { items, cursor: withPending(next, open) };
	},

	sample: async (session) => {
		const filters = filtersOf(session.context);
		const { entries } = await logPage(session, { ...filters.fixed, keyword: filters.keyword });
		const ended = entries.filter(({ status }) => hasEnded(status));
		const wanted = await matching(session, { ...filters, keyword: undefined }, [], ended);
		const recent = ended.filter(({ id }) => wanted.has(id)).slice(0, SAMPLE_SIZE);
		return (await produce(session, filters, recent.reverse(), wanted)).items;
	},
};
