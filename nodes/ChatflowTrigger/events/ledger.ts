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
	/** What the beginning of the list looked like. */
	look: Look;
};

/** Since when a list has looked like this, by this machine's clock, and what was done about it. */
type Look = [text: string, sinceMs: number, state: number];

/** It has looked like this for a short time; it is being read once more; it was, nothing can be new. */
const [YOUNG, DUE, SETTLED] = [0, 1, 2];

const NO_LOOK: Look = ['', 0, 0];

/**
 * Rows become visible a little after their time (the server commits later), and a second goes on
 * after it was read. So the last stretch of every list, in seconds, is read again each time.
 */
export const OVERLAP = 120;

/** Databases round times up, and clocks differ a little: seconds that do not count as the future. */
const CLOCK_TOLERANCE = 5;

/** A list that has looked the same for this long is read once more, and then left until it changes. */
const HOUR_MS = 60 * 60 * 1000;
const SETTLED_MS = (OVERLAP + 30) * 1000;

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
		isRow(saved.look, ['string', 'number', 'number'])
	);
}

/** The cursor of a trigger that begins at a second. */
export function cursorAt(floor: number): Cursor {
	return { floor, known: [], open: [], look: NO_LOOK };
}

/** Whether the list was read to its end. */
export function isReadToEnd({ look }: Cursor): boolean {
	return look[0] !== '';
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
 * not known, keep what has not ended, and raise the floor to {@link OVERLAP} before the newest row.
 */
export class Ledger {
	readonly floor: number;
	open: OpenRow[];
	private readonly rows = new Map<string, number>();
	private look: Look;

	constructor(cursor: Cursor) {
		this.floor = cursor.floor;
		this.open = cursor.open;
		this.look = cursor.look;
		for (const [second, keys] of cursor.known) {
			for (const key of keys.match(EACH_KEY) ?? []) this.rows.set(key, second);
		}
	}

	/** The keys that are known, and their seconds. */
	get known(): ReadonlyMap<string, number> {
		return this.rows;
	}

	add({ key, at, replaces }: Row): void {
		if (replaces !== undefined) this.rows.delete(replaces);
		this.rows.set(key, at);
	}

	/** Puts a row last among those whose end is waited for. */
	wait(entry: OpenRow): void {
		this.open = [...this.open, entry];
	}

	drop(entry: OpenRow): void {
		this.open = this.open.filter((each) => each !== entry);
	}

	/**
	 * Notes what the newest page of the list looks like, and says since when: a list that is `settled`
	 * was read completely when late rows had had their time; one that is `due` can be now.
	 *
	 * @param head The newest second of the list: what is hours old has been there for long.
	 */
	glance(text: string, head: number): 'new' | 'young' | 'due' | 'settled' {
		const nowMs = Date.now();
		const [before, sinceMs, state] = this.look;
		if (before !== text) {
			this.look = [text, nowMs - head * 1000 < HOUR_MS ? nowMs : 0, YOUNG];
			return 'new';
		}
		if (state === SETTLED) return 'settled';
		if (state === YOUNG && nowMs - sinceMs < SETTLED_MS) return 'young';
		this.look = [text, sinceMs, DUE];
		return 'due';
	}

	/**
	 * The cursor after the list was read.
	 *
	 * @param head The newest second of the list, see {@link headOf}.
	 * @param through Everything before this second is done; `Infinity` if the list was read to its end.
	 * @param neededFrom The second from which on a key is kept, if that is not the new floor.
	 */
	close(
		head: number,
		through: number,
		neededFrom: (key: string, floor: number) => number = (_key, floor) => floor,
	): Cursor {
		const floor = Math.max(this.floor, Math.min(through, head - OVERLAP));
		const bySecond = new Map<number, string>();
		for (const [key, second] of this.rows) {
			if (second < neededFrom(key, floor)) continue;
			bySecond.set(second, (bySecond.get(second) ?? '') + key);
		}
		let size = 0;
		const newestFirst = [...bySecond].sort(([a], [b]) => b - a);
		const known = newestFirst.filter(([, keys]) => (size += keys.length + 16) <= MAX_KNOWN);
		const [tooOld = -1] = newestFirst[known.length] ?? [];
		return {
			floor: Math.max(floor, tooOld + 1),
			known: known.reverse(),
			open: this.open,
			look: this.lookAfter(through === Infinity),
		};
	}

	private lookAfter(isComplete: boolean): Look {
		const [text, sinceMs, state] = this.look;
		if (state !== DUE) return isComplete ? this.look : NO_LOOK;
		return isComplete ? [text, sinceMs, SETTLED] : this.look;
	}
}
