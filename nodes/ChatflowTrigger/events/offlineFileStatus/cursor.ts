import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../../shared/values';
import { isTable, isTexts } from '../shape';

/** A file that is still being processed, with its last known status. */
type WatchedFile = [id: string, status: number];

/** Which files are watched. */
export type FileCursor = {
	/** In the order in which to ask; a file that was just asked for goes to the end. */
	queue: WatchedFile[];
	/** Files that have ended: they are not asked for again as long as they are in the user's list. */
	ended: string[];
};

/** Whether saved data is a cursor of this event. */
export function isFileCursor(saved: IDataObject): saved is FileCursor {
	return isTable(saved.queue, ['string', 'number']) && isTexts(saved.ended);
}

/** Never asked for: any status is a change. */
const UNKNOWN = 0;

/** Max files that can be watched; keeps the cursor small. */
export const MAX_FILES = 5000;

/** What the server says about a file. */
export interface FileStatus {
	id: string;
	status: number;
	isFinal: boolean;
}

/** The cursor of a trigger that knows nothing about these files yet. */
export function fileCursor(ids: string[]): FileCursor {
	return { queue: ids.map((id) => [id, UNKNOWN]), ended: [] };
}

/** The cursor for the list as it is now: new files come last, removed ones are forgotten. */
export function withFiles(cursor: FileCursor, ids: string[]): FileCursor {
	const listed = new Set(ids);
	const known = new Set([...cursor.queue.map(([id]) => id), ...cursor.ended]);
	const added = ids.filter((id) => !known.has(id)).map((id): WatchedFile => [id, UNKNOWN]);
	return {
		queue: [...cursor.queue.filter(([id]) => listed.has(id)), ...added],
		ended: cursor.ended.filter((id) => listed.has(id)),
	};
}

/** The files whose turn it is. */
export function nextFiles(cursor: FileCursor, count: number): string[] {
	return cursor.queue.slice(0, count).map(([id]) => id);
}

/** The statuses that differ from the last known ones. */
export function diff<Status extends FileStatus>(cursor: FileCursor, read: Status[]): Status[] {
	const last = new Map(cursor.queue);
	return read.filter(({ id, status }) => last.has(id) && last.get(id) !== status);
}

/**
 * The cursor after some files have been asked for.
 *
 * @param asked All that were asked for. Those whose status could not be read go to the end of the
 * queue as well, so that one such file does not hold up the others.
 */
export function advance(cursor: FileCursor, asked: string[], read: FileStatus[]): FileCursor {
	const last = new Map(cursor.queue);
	const now = new Map(read.map((file) => [file.id, file]));
	const isAsked = new Set(asked);
	const goOn = asked.filter((id) => last.has(id) && !now.get(id)?.isFinal);
	return {
		queue: [
			...cursor.queue.filter(([id]) => !isAsked.has(id)),
			...goOn.map((id): WatchedFile => [id, now.get(id)?.status ?? last.get(id) ?? UNKNOWN]),
		],
		ended: [...cursor.ended, ...read.filter(({ isFinal }) => isFinal).map(({ id }) => id)],
	};
}

/** The IDs in a list, or in a text with commas, semicolons, blanks or line breaks between them; each once. */
export function parseIds(given: unknown): string[] {
	const ids = partsOf(given).flatMap((part) => (asText(part) ?? '').split(/[\s,;[\]"']+/));
	return [...new Set(ids.filter((id) => id !== ''))];
}

/** The first number that was too long for its digits: it would be the ID of another file. */
export function idWithLostDigits(given: unknown): number | undefined {
	return partsOf(given).find(
		(part): part is number => typeof part === 'number' && Math.abs(part) > Number.MAX_SAFE_INTEGER,
	);
}

function partsOf(given: unknown): unknown[] {
	return Array.isArray(given) ? given.flat(Infinity) : [given];
}
