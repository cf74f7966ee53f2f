import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../shared/objects';
import { PASSING_CAUSES } from './failure';

/** Where a trigger stands: kept in n8n's static data under the key `position`. */
export type Position = {
	/** What the cursor belongs to; a cursor of another scope is not looked at. */
	scope: string;
	/** Counts the changes, so that a poll notices when another one has overtaken it. */
	revision: number;
	/** The event's own place, as its file in `cursors` describes it. */
	cursor: IDataObject;
};

/** The failure that was last shown to the user: kept in n8n's static data under the key `trouble`. */
export type Trouble = {
	key: string;
	/** Epoch milliseconds of this machine. */
	reportedAt: number;
};

/** After this time the same failure is shown again, in milliseconds. */
export const REPORT_AGAIN_MS = 60 * 60 * 1000;

/**
 * Polls are at least a minute apart, so what fails again this soon is n8n trying to activate the
 * workflow once more: hiding the failure from it would activate a trigger that does not work.
 */
const SAME_ATTEMPT_MS = 45_000;

/** The position that n8n has kept, if it has one of this shape. */
export function positionOf(memory: IDataObject): Position | undefined {
	const { position } = memory;
	if (!isObject(position) || !isObject(position.cursor)) return undefined;
	return {
		scope: String(position.scope),
		revision: Number(position.revision) || 0,
		cursor: position.cursor,
	};
}

/**
 * The cursor to go on from; `undefined` when there is none for this scope or it is none that can be
 * used, so that the trigger starts afresh.
 */
export function cursorFor(
	position: Position | undefined,
	scope: string,
	isCursor: (kept: IDataObject) => boolean,
): IDataObject | undefined {
	return position?.scope === scope && isCursor(position.cursor) ? position.cursor : undefined;
}

/** The position after a poll; the very same object when nothing has changed. */
export function moved(before: Position | undefined, scope: string, cursor: IDataObject): Position {
	const same = before?.scope === scope && JSON.stringify(before.cursor) === JSON.stringify(cursor);
	return same ? before : { scope, revision: (before?.revision ?? 0) + 1, cursor };
}

/**
 * Whether another poll has saved its result while this one was under way (n8n starts a poll although
 * the one before it still runs). The later result is thrown away: its events come again.
 */
export function isOvertaken(before: Position | undefined, now: Position | undefined): boolean {
	return before?.revision !== now?.revision || before?.scope !== now?.scope;
}

/** The failure that was last shown, if n8n has kept one. */
export function troubleOf(memory: IDataObject): Trouble | undefined {
	const { trouble } = memory;
	if (!isObject(trouble)) return undefined;
	return { key: String(trouble.key), reportedAt: Number(trouble.reportedAt) || 0 };
}

/** Whether a failure is shown: the first time, when it is another one, and once an hour while it lasts. */
export function isNews(trouble: Trouble | undefined, key: string, now: number): boolean {
	if (trouble?.key !== key) return true;
	const age = now - trouble.reportedAt;
	// A negative age: the clock was set back.
	return age < SAME_ATTEMPT_MS || age >= REPORT_AGAIN_MS;
}

/**
 * Whether a success ends the trouble. Failures that pass by themselves come and go: they stay noted
 * until their hour is over, so that a server that fails every other minute is not reported each time.
 */
export function isOver(trouble: Trouble | undefined): boolean {
	return trouble !== undefined && !PASSING_CAUSES.has(trouble.key);
}
