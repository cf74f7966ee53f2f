import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { path } from '../../../shared/client';
import { tryParseJson } from '../../../shared/json';
import { asObject, asText } from '../../../shared/values';
import { digest } from '../../digest';
import { ignoreNotFound } from '../../errorKind';
import type { PollCaller } from '../../pollCaller';
import type { RowRules } from '../batch';
import { Batch } from '../batch';
import { SAMPLE_SIZE } from '../event';
import type { Cursor, OpenRow } from '../ledger';
import { headOf, isCursor, Ledger, OVERLAP } from '../ledger';
import { knownUntil, listEvent } from '../listEvent';
import { toEvent } from '../options';
import type { LogFilters } from './fields';
import { fields, filtersOf } from './fields';
import type { LogEntry, LogPage } from './log';
import { oldestFirst, WorkflowLog } from './log';

/** Max requests of a poll for runs that had not ended, each for one second; the runs take turns. */
const MAX_CHECKS = 20;
/** If more runs than this are open, those that will hardly end any more make room. */
const CROWDED = 250;
/** In seconds. */
const HARDLY_ENDS_AFTER = 24 * 60 * 60;

/** Runs of a Workflow app, each once, when it has ended: GET /workflows/logs. */
export const workflowLog = listEvent({
	fields,
	credential: 'difyApi',
	scope: (context) => {
		const { fixed, statuses, keyword } = filtersOf(context);
		return { ...fixed, statuses, keyword };
	},
	isCursor,

	beginNow: async (poll) => {
		const { entries } = await new WorkflowLog(poll, filtersOf(poll.context).fixed).page({});
		// A run that is under way at the activation ends after it.
		const open = entries.filter((entry) => isOpen(entry, Date.now()));
		const head = headOf(entries);
		const from = Math.min(head - OVERLAP, ...open.map(({ at }) => at));
		return await knownUntil(poll, head, readLog, from);
	},
	read: readLog,

	sample: async (poll) => {
		const { keyword, ...filters } = filtersOf(poll.context);
		const log = new WorkflowLog(poll, filters.fixed);
		const { entries } = await log.page({}, keyword === undefined ? {} : { keyword });
		const { select, toItem } = rulesFor(poll, log, filters);
		const ended = await select(entries.filter((entry) => !isOpen(entry, Date.now())));
		const items: IDataObject[] = [];
		for (const entry of ended.slice(0, SAMPLE_SIZE).reverse()) items.push(await toItem(entry));
		return items;
	},
});

/** Reads the new entries, and those again whose runs had not ended. */
async function readLog(poll: PollCaller, cursor: Cursor, limit?: number) {
	const filters = filtersOf(poll.context);
	const log = new WorkflowLog(poll, filters.fixed);
	const ledger = new Ledger(cursor);
	const newest = await log.page({ from: ledger.floor });
	const head = headOf(newest.entries);
	// Servers that crash leave runs open for ever, which would gradually displace all others.
	const isAbandoned = ({ at }: LogEntry) =>
		ledger.open.length > CROWDED && at < head - HARDLY_ENDS_AFTER;
	const batch = new Batch(poll, ledger, {
		...rulesFor(poll, log, filters),
		limit,
		maxOpen: 500,
		isOpen: (entry, sinceMs) => isOpen(entry, sinceMs) && !isAbandoned(entry),
	});
	const end = ledger.finalBefore(digest(newest.entries.map(({ key }) => key)), head);
	const through = end === undefined ? Infinity : await readNew(log, ledger, batch, newest);
	if (end !== undefined) ledger.raise(Math.min(through, end));
	// New entries come first: open runs may be many.
	await batch.try(async () => await checkOpen(poll, log, batch, cursor.open));
	const isComplete = through === Infinity;
	return { items: batch.items, cursor: ledger.close(), error: batch.error, isComplete };
}

/**
 * Takes what is new; nothing is read on if the newest page shows that there is nothing.
 *
 * @returns The second before which everything is done.
 */
async function readNew(
	log: WorkflowLog,
	ledger: Ledger,
	batch: Batch<LogEntry>,
	{ entries, total, isAll }: LogPage,
): Promise<number> {
	if (isAll) return (await batch.take(oldestFirst(entries)))?.at ?? Infinity;
	const isSame = total === ledger.known.size && entries.every(({ key }) => ledger.known.has(key));
	if (isSame) return Infinity;
	const to = Math.max(ledger.floor, ...entries.map(({ at }) => at));
	return await batch.takeParts(log.slices({ from: ledger.floor, to }, total));
}

/** Looks again at runs that had not ended, each by the second of its entry. */
async function checkOpen(
	poll: PollCaller,
	log: WorkflowLog,
	batch: Batch<LogEntry>,
	open: OpenRow[],
): Promise<void> {
	const seconds = [...new Set(open.map(([at]) => at))].slice(0, MAX_CHECKS);
	for (const second of seconds) {
		if (poll.isOver) return;
		const found = await log.entriesIn({ from: second, to: second });
		const turn = open.filter(([at]) => at === second);
		await batch.takeEnded(turn, new Map(found.map((entry) => [entry.key, entry])));
	}
}

/** What Simplify leaves of an entry. */
const SIMPLE = ['id', 'workflow_run', 'created_at', 'run_details'];

function rulesFor(
	poll: PollCaller,
	log: WorkflowLog,
	{ statuses, keyword, includeRunDetails }: LogFilters,
): Pick<RowRules<LogEntry>, 'select' | 'toItem' | 'itemsNeedRequests'> {
	return {
		/**
		 * Filters for status and keyword are applied to ended runs only: filtered by them, the list
		 * would hide a run until it has ended, at a time long past.
		 */
		select: async (entries) => {
			const isChosen = ({ status }: LogEntry) =>
				statuses.length === 0 || statuses.includes(String(status));
			const chosen = entries.filter(isChosen);
			if (keyword === undefined || chosen.length === 0) return chosen;
			const seconds = chosen.map(({ at }) => at);
			const range = { from: Math.min(...seconds), to: Math.max(...seconds) };
			const matches = new Set((await log.entriesIn(range, { keyword })).map(({ key }) => key));
			return chosen.filter(({ key }) => matches.has(key));
		},
		toItem: async ({ id, record }) => {
			const details = includeRunDetails && { run_details: await runDetails(poll, record) };
			return toEvent(poll.context, id, { ...record, ...details }, SIMPLE);
		},
		itemsNeedRequests: includeRunDetails,
	};
}

const UNFINISHED = new Set(['running', 'paused', 'scheduled', 'pending']);
/** An entry that has no run for so long never gets one: the server has deleted it. */
const MAX_WITHOUT_RUN_MS = 20 * 60 * 1000;

/** Servers that save runs in the background show an entry before its run, which is missing then. */
function isOpen({ status }: LogEntry, sinceMs: number): boolean {
	if (status === undefined) return Date.now() - sinceMs <= MAX_WITHOUT_RUN_MS;
	return UNFINISHED.has(status);
}

/** Inputs and outputs of a run; `null` if the server no longer has them. */
async function runDetails(poll: PollCaller, record: IDataObject): Promise<IDataObject | null> {
	const id = asText(asObject(record.workflow_run).id);
	if (id === undefined) return null;
	const response = await dify(poll)
		.get(path`/workflows/run/${id}`)
		.catch(ignoreNotFound);
	if (response === undefined) return null;
	const details = asObject(response);
	// Dify sends the inputs as JSON text.
	const inputs = typeof details.inputs === 'string' ? tryParseJson(details.inputs) : undefined;
	return inputs === undefined ? details : { ...details, inputs: inputs as IDataObject };
}
