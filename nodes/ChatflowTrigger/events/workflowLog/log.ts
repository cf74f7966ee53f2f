import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { ChatflowError } from '../../../shared/errors';
import { asObject, asText, defined } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';
import { idOf, PAGE_SIZE, recordsOf, secondsOf } from '../../records';
import type { Part } from '../batch';
import type { Row } from '../ledger';
import { keyOf } from '../ledger';
import type { LogFilters } from './fields';

/** An entry with everything that the server says about it. */
export interface LogEntry extends Row {
	id: string;
	record: IDataObject;
	/** `undefined` if the entry has no run. */
	status: string | undefined;
}

/** Seconds of the server's clock, both inclusive. */
export interface Range {
	from: number;
	to: number;
}

export interface LogPage {
	/** Newest first. */
	entries: LogEntry[];
	total: number;
	/** Whether these are all entries of the range: one response shows one moment. */
	isAll: boolean;
}

/** Entries for which a slice is made: somewhat fewer than fit on a page. */
const SLICE_SIZE = 70;
/** After this many readings in vain the total of a second counts entries that the server never shows. */
const MAX_VAIN_READINGS = 3;

/** The log of a Workflow app as the user has filtered it: GET /workflows/logs. */
export class WorkflowLog {
	constructor(
		private readonly poll: PollCaller,
		private readonly filters: LogFilters['fixed'],
	) {}

	/** One page; `more` adds to the query. */
	async page({ from = 0, to }: Partial<Range>, more: IDataObject = {}): Promise<LogPage> {
		const range = { created_at__after: isoStart(from), created_at__before: isoEnd(to) };
		const qs = defined({ ...this.filters, page: 1, limit: PAGE_SIZE, ...range, ...more });
		const response = asObject(await dify(this.poll).get('/workflows/logs', qs));
		const entries = recordsOf(response).map(toEntry);
		const counted = Number(response.total ?? NaN);
		const isMore = response.has_more === true ? 1 : 0;
		const total = Number.isFinite(counted) ? counted : entries.length + isMore;
		return {
			entries: entries.filter(({ at }) => at >= from),
			total,
			isAll: total <= entries.length,
		};
	}

	/**
	 * The log from a second to another in slices that fit on one page each, the oldest first. Pages by
	 * number would leave gaps: the server orders the entries of a second anew for each of them.
	 *
	 * @param total How many entries there are, about.
	 * @throws ChatflowError if a slice cannot be read.
	 */
	async *slices({ from, to }: Range, total: number): AsyncGenerator<Part<LogEntry>> {
		let start = from;
		let width = Math.max(1, (await this.oldest({ from, to }, total)) - from);
		while (start <= to) {
			const range = { from: start, to: Math.min(to, start + width - 1) };
			const page = await this.page(range);
			if (!page.isAll && range.from < range.to) {
				const size = range.to - range.from + 1;
				const share = Math.floor((size * SLICE_SIZE) / page.total);
				width = Math.max(1, Math.min(Math.floor(size / 2), share));
				continue;
			}
			const entries = page.isAll ? page.entries : await this.second(start);
			start = range.to + 1;
			yield { rows: oldestFirst(entries), through: start > to ? Infinity : start };
			width = Math.ceil(width * Math.min(4, SLICE_SIZE / Math.max(1, entries.length)));
		}
	}

	/** All entries of a range of few seconds. */
	async entriesIn(range: Range, more?: IDataObject): Promise<LogEntry[]> {
		const page = await this.page(range, more);
		if (page.isAll) return page.entries;
		const all: LogEntry[] = [];
		for (let at = range.from; at <= range.to; at++) all.push(...(await this.second(at, more)));
		return all;
	}

	/**
	 * The entries of one second that has more of them than fit on a page. Pages of one size always
	 * leave the same gaps, so sizes change until as many different entries came as there are.
	 *
	 * @throws ChatflowError if some are still missing when the poll is over.
	 */
	async second(at: number, more?: IDataObject): Promise<LogEntry[]> {
		const found = new Map<string, LogEntry>();
		for (let reading = 0, vain = 0; !this.poll.isOver; reading++) {
			const before = found.size;
			const limit = PAGE_SIZE - ((reading * 7) % 50);
			let received = 0;
			let total = Infinity;
			for (let page = 1; received < total && !this.poll.isOver; page++) {
				const next = await this.page({ from: at, to: at }, { ...more, limit, page });
				for (const entry of next.entries) found.set(entry.key, entry);
				received += next.entries.length;
				total = next.total;
				if (next.entries.length < limit) break;
			}
			if (found.size >= total) return [...found.values()];
			// As many came as there are: those that are missing were hidden by others that came twice.
			vain = received >= total || found.size > before ? 0 : vain + 1;
			if (vain === MAX_VAIN_READINGS) return [...found.values()];
		}
		throw new ChatflowError({
			message: 'Dify cannot list all runs of one second',
			description: `${found.size} of the runs of ${isoStart(at)} could be read, and there are more. The next poll tries again`,
			failure: { cause: 'temporarily-unavailable' },
		});
	}

	/** The second of about the oldest entry. Only a hint of where to begin: it comes by its number. */
	private async oldest({ from, to }: Range, total: number): Promise<number> {
		const { entries } = await this.page({ from, to }, { page: Math.ceil(total / PAGE_SIZE) });
		return entries.at(-1)?.at ?? to;
	}
}

/** Entries as they come from the server, the other way round. */
export function oldestFirst(entries: LogEntry[]): LogEntry[] {
	return [...entries].reverse().sort((a, b) => a.at - b.at);
}

function toEntry(record: IDataObject): LogEntry {
	const id = idOf(record);
	const { status } = asObject(record.workflow_run);
	return { id, key: keyOf(id), at: secondsOf(record.created_at), record, status: asText(status) };
}

function isoStart(second: number | undefined): string | undefined {
	return second ? new Date(second * 1000).toISOString() : undefined;
}

/** The server compares exact times: the end of a second, so that all of it is included. */
function isoEnd(second: number | undefined): string | undefined {
	return isoStart(second)?.replace('.000Z', '.999999Z');
}
