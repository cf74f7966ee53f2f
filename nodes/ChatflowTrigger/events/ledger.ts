import type { IDataObject } from 'n8n-workflow';

import { digest } from '../digest';
import { isRow, isSecond, isTable } from './shape';

/** What is needed of a row of a list to recognise it. */
export interface Row {
	/** Stands for it: {@link KEY_LENGTH} characters, see {@link keyOf}. */
	key: string;
	/** When it was created: a second of the server's clock. */
	at: number;
	/** The key that it was known by before it changed. */
	replaces?: string;
}

/** A row whose end is waited for; `of` says where it is found, `sinceMs` is of this machine's clock. */
export type OpenRow = [at: number, key: string, of: string, sinceMs: number];

/** How far a list of Dify has been read: everything before the floor, and after it what is known. */
export type Cursor = {
	/** Whatever was created before this second of the server's clock is done. */
	floor: number;
	/** The keys of the rows that have been read, one after the other, by second. */
	known: Array<[second: number, keys: string]>;
	/** In the order in which to look again; those just looked at come last. */
	open: OpenRow[];
	/** What the newest page looks like, and since when by this machine's clock. */
	look: [text: string, sinceMs: number];
};

/**
 * Rows become visible a little after their time (the server commits later), and a second goes on
 * after it was read. So the last stretch of every list, in seconds, is read again each time.
 */
export const OVERLAP = 120;

/** Seconds by which the clocks of a server's parts may differ; databases also round times up. */
export const CLOCK_TOLERANCE = 60;

/** Nothing becomes visible any more in a list that has looked the same for this long. */
const STILL_MS = (OVERLAP + CLOCK_TOLERANCE + 30) * 1000;

export const KEY_LENGTH = 12;
const EACH_KEY = /.{12}/g;

/**
 * Max size of the known keys in characters, about 2,900 rows: n8n saves a workflow's memory as a whole.
 * With more rows than this in two minutes the overlap gets shorter, and a row that becomes visible
 * later than that is missed; a shorter list at the same floor would give all the others again.
 */
const MAX_KNOWN = 36_000;

/** Whether saved data is a cursor. */
export function isCursor(saved: IDataObject): saved is Cursor {
	return (
		isSecond(saved.floor) &&
		isTable(saved.known, ['number', 'string']) &&
		isTable(saved.open, ['number', 'string', 'string', 'number']) &&
		isRow(saved.look, ['string', 'number'])
	);
}

/** The cursor of a trigger that begins at a second. */
export function cursorAt(floor: number): Cursor {
	return { floor, known: [], open: [], look: ['', 0] };
}

/** A text that stands for IDs; the length of all parts together has to be {@link KEY_LENGTH}. */
export function keyOf(id: string, length = KEY_LENGTH): string {
	return digest(id).slice(0, length);
}

/**
 * The newest second of some rows. A row from the future must not hide those after it: only rows that are
 * not later than now count. Where all are, the clock of the server is ahead, and it is now.
 */
export function headOf(rows: Array<{ at: number }>): number {
	const now = Math.floor(Date.now() / 1000) + CLOCK_TOLERANCE;
	const past = rows.map(({ at }) => at).filter((at) => at <= now);
	return past.length > 0 || rows.length === 0
		? past.reduce((newest, at) => Math.max(newest, at), 0)
		: now;
}

/**
 * What one poll knows of a list. The rule for all lists: read everything from the floor on, give what is
 * not known, keep what has not ended, and raise the floor to where nothing becomes visible any more.
 */
export class Ledger {
	open: OpenRow[];
	private lowest: number;
	private readonly rows = new Map<string, number>();
	private look: Cursor['look'];

	constructor(cursor: Cursor) {
		this.lowest = cursor.floor;
		this.open = cursor.open;
		this.look = cursor.look;
		for (const [second, keys] of cursor.known) {
			for (const key of keys.match(EACH_KEY) ?? []) this.rows.set(key, second);
		}
	}

	/** Whether the list was never looked at. */
	get isNew(): boolean {
		return this.look[0] === '';
	}

	/** Everything before this second is done. */
	get floor(): number {
		return this.lowest;
	}

	/** The keys that are known, and their seconds. */
	get known(): ReadonlyMap<string, number> {
		return this.rows;
	}

	add({ key, at, replaces }: Row): void {
		if (replaces !== undefined) this.rows.delete(replaces);
		this.rows.set(key, at);
	}

	forget({ key }: Row): void {
		this.rows.delete(key);
	}

	/** Puts a row last among those whose end is waited for. */
	wait(entry: OpenRow): void {
		this.open = [...this.open, entry];
	}

	drop(entry: OpenRow): void {
		this.open = this.open.filter((each) => each !== entry);
	}

	raise(floor: number): void {
		this.lowest = Math.max(this.lowest, floor);
	}

	/**
	 * Notes what the newest page of the list looks like.
	 *
	 * @param head The newest second of the list, see {@link headOf}.
	 * @returns The second before which nothing becomes visible any more; `undefined` if the whole list has
	 * been read and nothing can be new.
	 */
	finalBefore(text: string, head: number): number | undefined {
		const now = Date.now();
		// With its head: it changes when a row from the future becomes one of the past.
		const look = `${head} ${text}`;
		const [before, since] = this.look;
		if (before === look && this.lowest >= head + CLOCK_TOLERANCE) return undefined;
		// `since` is later than now if this clock was set back.
		if (before !== look || since > now) this.look = [look, now];
		return now - this.look[1] >= STILL_MS ? head + CLOCK_TOLERANCE : head - OVERLAP;
	}

	/**
	 * The cursor after the list was read.
	 *
	 * @param neededFrom The second from which on a key is kept, if that is not the floor.
	 */
	close(neededFrom: (key: string) => number = () => this.lowest): Cursor {
		const bySecond = new Map<number, string>();
		for (const [key, second] of this.rows) {
			if (second < neededFrom(key)) continue;
			bySecond.set(second, (bySecond.get(second) ?? '') + key);
		}
		let size = 0;
		const newestFirst = [...bySecond].sort(([a], [b]) => b - a);
		const known = newestFirst.filter(([, keys]) => (size += keys.length + 16) <= MAX_KNOWN);
		const [tooOld = -1] = newestFirst[known.length] ?? [];
		this.raise(tooOld + 1);
		return { floor: this.lowest, known: known.reverse(), open: this.open, look: this.look };
	}
}
