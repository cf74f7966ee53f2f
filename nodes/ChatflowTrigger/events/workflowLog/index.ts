import type { TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import type { LogCursor } from './cursor';
import { advance, hasEnded, isLogCursor, logCursor } from './cursor';
import { fields, filtersOf } from './fields';
import { WorkflowLog } from './log';
import { checkPending, matchingIds, toItems, withStatus } from './runs';

/** Max unfinished runs whose end is waited for; further ones are emitted as they are. */
const MAX_PENDING = 1000;

/** Runs of a Workflow app, each once, when it has ended: GET /workflows/logs. */
export const workflowLog: TriggerEvent<LogCursor> = {
	fields,
	credential: 'difyApi',
	scope: (context) => {
		const { fixed, statuses, keyword } = filtersOf(context);
		return { ...fixed, statuses, keyword };
	},
	isCursor: isLogCursor,

	begin: async (poll, start) => {
		if (start.from === 'all') return logCursor(0);
		if (start.from === 'date') return logCursor(start.at);
		const { entries } = await new WorkflowLog(poll).page();
		// A run that is under way at the activation ends after it.
		const open = entries.filter(({ status }) => !hasEnded(status)).reverse();
		return logCursor(entries[0]?.at ?? 0, entries, open);
	},

	collect: async (poll, cursor) => {
		const log = new WorkflowLog(poll);
		// New entries come first: pending runs may be many, and take turns.
		const { read, through, head } = await log.readNew(cursor);
		const earlier = await checkPending(log, cursor, head);
		const room = MAX_PENDING - earlier.open.length;
		const waiting = new Set(read.filter(({ status }) => !hasEnded(status)).slice(0, room));
		const ended = read.filter((entry) => !waiting.has(entry));
		const wanted = await matchingIds(log, earlier.ended, ended);
		// Whatever is newer than the part that could be read waits for the rest.
		const ready = earlier.ended.filter(({ at }) => at <= through);
		const queue = [...ready, ...read].sort((a, b) => a.at - b.at);
		const { items, done } = await toItems(log, queue, wanted);

		const isDone = new Set(queue.slice(0, done));
		const taken = read.filter((entry) => isDone.has(entry));
		const reached = taken.length === read.length ? through : (taken.at(-1)?.at ?? cursor.floor);
		const open = [
			...earlier.open,
			...earlier.ended.filter((entry) => !isDone.has(entry)),
			...taken.filter((entry) => waiting.has(entry)),
		];
		return { items, cursor: advance(cursor, { read: taken, through: reached, head }, open) };
	},

	sample: async (poll) => {
		const log = new WorkflowLog(poll);
		const { entries } = await log.page({}, 1, { keyword: log.filters.keyword });
		const ended = withStatus(log, entries).filter(({ status }) => hasEnded(status));
		const recent = ended.slice(0, SAMPLE_SIZE).reverse();
		return (await toItems(log, recent, new Set(recent.map(({ id }) => id)))).items;
	},
};
