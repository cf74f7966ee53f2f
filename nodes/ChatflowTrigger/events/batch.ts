import type { IDataObject } from 'n8n-workflow';

import type { PollCaller } from '../pollCaller';
import type { Ledger, OpenRow, Row } from './ledger';

/** What an event says about its rows. */
export interface RowRules<R extends Row> {
	/** Max items of the poll; if missing, nothing is given, and every row becomes known. */
	limit?: number;
	/** Whether a row has not ended, and may still do so; first seen at `sinceMs` of this clock. */
	isOpen?(row: R, sinceMs: number): boolean;
	/** Whether a row that is open waits for a human: only after that its time begins. */
	isPaused?(row: R): boolean;
	/** Max rows whose end is waited for; further ones are given as they are. */
	maxOpen?: number;
	/** Where to look again for a row that is open. */
	placeOf?(row: R): string;
	/** Those of some rows that the user wants. */
	select(rows: R[]): R[] | Promise<R[]>;
	toItem(row: R): IDataObject | Promise<IDataObject>;
	/** Whether an item takes requests of its own. */
	itemsNeedRequests?: boolean;
}

/** A part of a list. */
export interface Part<R extends Row> {
	/** The oldest first. */
	rows: R[];
	/** With them, everything before this second has been read. */
	through: number;
}

/** The events of one poll: the new rows of a list, the oldest first, up to its limits. */
export class Batch<R extends Row> {
	/** Why not everything could be read although something could. */
	error?: Error;
	private readonly given: Array<{ at: number; item: IDataObject }> = [];

	constructor(
		private readonly poll: PollCaller,
		private readonly ledger: Ledger,
		private readonly rules: RowRules<R>,
	) {}

	get items(): IDataObject[] {
		return this.given.sort((a, b) => a.at - b.at).map(({ item }) => item);
	}

	/** Whether the rest is left to the next poll. */
	get isFull(): boolean {
		return this.isAtLimit || this.poll.isOver;
	}

	/**
	 * Takes a list part by part, the oldest first.
	 *
	 * @returns The second before which everything is done; `Infinity` if the last part was the end.
	 * @throws Whatever is thrown before anything was taken.
	 */
	async takeParts(parts: AsyncIterable<Part<R>>): Promise<number> {
		let done = this.ledger.floor;
		try {
			for await (const { rows, through } of parts) {
				const stopped = await this.take(rows);
				if (stopped) return stopped.at;
				done = through;
				if (this.isFull) break;
			}
		} catch (error) {
			if (done === this.ledger.floor && this.given.length === 0) return await Promise.reject(error);
			this.error = error as Error;
		}
		return done;
	}

	/** Does what may fail without a loss: if something has been given already, the error is noted. */
	async try(task: () => Promise<void>): Promise<void> {
		try {
			await task();
		} catch (error) {
			if (this.given.length === 0) return await Promise.reject(error);
			this.error = error as Error;
		}
	}

	/**
	 * Takes the rows that are not known, the oldest first: gives them, or waits for their end.
	 *
	 * @returns The row at which it had to stop, if so.
	 */
	async take(rows: R[]): Promise<R | undefined> {
		const { ledger, rules } = this;
		const now = Date.now();
		const unknown = rows.filter(({ key }) => !ledger.known.has(key));
		const room = Math.max(0, (rules.maxOpen ?? 0) - ledger.open.length);
		const open = new Set(unknown.filter((row) => rules.isOpen?.(row, now)).slice(0, room));
		const wanted = new Set(await rules.select(unknown.filter((row) => !open.has(row))));
		for (const row of unknown) {
			if (open.has(row)) ledger.wait([row.at, row.key, rules.placeOf?.(row) ?? '', now]);
			else if (wanted.has(row) && !(await this.give(row))) return row;
			ledger.add(row);
		}
		return undefined;
	}

	/**
	 * Gives those of some open rows that have ended; the others go to the end of the queue.
	 *
	 * @param found The rows as they are now; one that is missing is gone for good.
	 */
	async takeEnded(entries: OpenRow[], found: ReadonlyMap<string, R>): Promise<void> {
		const { ledger, rules } = this;
		const present = entries.flatMap(([, key, , sinceMs]) => {
			const row = found.get(key);
			return row ? [{ row, isEnded: !rules.isOpen?.(row, sinceMs) }] : [];
		});
		const wanted = new Set(
			await rules.select(present.flatMap(({ row, isEnded }) => (isEnded ? [row] : []))),
		);
		const left = new Map<string, R>();
		for (const { row, isEnded } of present) {
			if (!isEnded || (wanted.has(row) && !(await this.give(row)))) left.set(row.key, row);
		}
		for (const entry of entries) {
			const [at, key, of, sinceMs] = entry;
			const row = left.get(key);
			ledger.drop(entry);
			if (row) ledger.wait([at, key, of, rules.isPaused?.(row) ? Date.now() : sinceMs]);
		}
	}

	private get isAtLimit(): boolean {
		return this.given.length >= (this.rules.limit ?? Infinity);
	}

	/** Whether the row could be given; the first one has to be, or the poll fails. */
	private async give(row: R): Promise<boolean> {
		const { limit, itemsNeedRequests } = this.rules;
		if (limit === undefined) return true;
		if (this.isAtLimit) return false;
		if (itemsNeedRequests && this.poll.isOver && this.given.length > 0) return false;
		try {
			this.given.push({ at: row.at, item: await this.rules.toItem(row) });
			return true;
		} catch (error) {
			if (this.given.length === 0) return await Promise.reject(error);
			this.error = error as Error;
			return false;
		}
	}
}
