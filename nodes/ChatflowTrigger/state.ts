import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../shared/values';
import { PASSING_CAUSES } from './errorKind';

/** How far a trigger has read: kept in n8n's static data under the key `position`. */
export type Position = {
	/** What the cursor belongs to; a cursor of another scope is ignored. */
	scope: string;
	/** Counts the changes, so that a poll notices if another one has overtaken it. */
	revision: number;
	/** The event's own state, see `cursor.ts` of the event. */
	cursor: IDataObject;
};

/** The error that was last shown to the user: kept in n8n's static data under the key `lastError`. */
export type LastError = {
	/** Equal for errors that are the same to the user. */
	key: string;
	/** Epoch milliseconds of this machine. */
	reportedAt: number;
};

/** After this many milliseconds the same error is shown again. */
export const REPORT_AGAIN_MS = 60 * 60 * 1000;

/**
 * Polls are at least a minute apart. An error that comes again sooner is n8n retrying to activate the
 * workflow: if it were hidden, n8n would activate a trigger that does not work.
 */
const SAME_ACTIVATION_MS = 45_000;

/** The position in n8n's static data; `undefined` if there is none of this shape. */
export function positionOf({ position }: IDataObject): Position | undefined {
	if (!isObject(position) || !isObject(position.cursor)) return undefined;
	return typeof position.revision === 'number' ? (position as Position) : undefined;
}

/** The cursor to go on from; `undefined` if there is no usable one for this scope. */
export function cursorFor(
	position: Position | undefined,
	scope: string,
	isCursor: (saved: IDataObject) => boolean,
): IDataObject | undefined {
	return position?.scope === scope && isCursor(position.cursor) ? position.cursor : undefined;
}

/** The position after a poll; the very same object if nothing has changed. */
export function nextPosition(
	before: Position | undefined,
	scope: string,
	cursor: IDataObject,
): Position {
	const same = before?.scope === scope && JSON.stringify(before.cursor) === JSON.stringify(cursor);
	return same ? before : { scope, revision: (before?.revision ?? 0) + 1, cursor };
}

/**
 * Whether another poll has saved its result while this one was running: n8n starts a poll even if
 * the previous one has not ended. The later result is discarded, and the next poll finds it again.
 */
export function isOvertaken(before: Position | undefined, now: Position | undefined): boolean {
	return before?.revision !== now?.revision || before?.scope !== now?.scope;
}

/** The error in n8n's static data that was last shown, if there is one. */
export function lastErrorOf({ lastError }: IDataObject): LastError | undefined {
	if (!isObject(lastError)) return undefined;
	return { key: String(lastError.key), reportedAt: Number(lastError.reportedAt) || 0 };
}

/** Whether an error is shown: if it is not the last one, and once an hour while that one lasts. */
export function shouldReport(lastError: LastError | undefined, key: string, now: number): boolean {
	if (lastError?.key !== key) return true;
	const age = now - lastError.reportedAt;
	// The age is negative if the clock was set back.
	return age < SAME_ACTIVATION_MS || age >= REPORT_AGAIN_MS;
}

/**
 * Whether a success resolves the last error. Errors that pass by themselves come and go: they are
 * kept for their hour, so that a server that fails every other minute is not reported each time.
 */
export function isResolved(lastError: LastError | undefined): boolean {
	return lastError !== undefined && !PASSING_CAUSES.has(lastError.key);
}
