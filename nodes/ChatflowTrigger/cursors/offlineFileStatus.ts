import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../shared/objects';
import { isTable, isTexts } from './shape';

/** Id and last known status of a file that is still worked on. */
type Watched = [id: string, status: number];

/** Which files are watched. */
export type FileCursor = {
	/** In the order in which to ask: who was just asked stands last. */
	queue: Watched[];
	/** Files that have ended; they are asked for no more while they are in the user's list. */
	ended: string[];
};

/** Whether what n8n has kept is a cursor of this event. */
export function isFileCursor(kept: IDataObject): kept is FileCursor {
	return isTable(kept.queue, ['string', 'number']) && isTexts(kept.ended);
}

/** Has not been asked for: whatever comes is a change. */
const UNKNOWN = 0;

/** How many files can be watched; keeps n8n's memory of them small. */
export const FILE_LIMIT = 5000;

export interface FileStatus {
	id: string;
	status: number;
	isFinal: boolean;
}

/** The cursor of a trigger that knows nothing of these files yet. */
export function fileCursor(ids: string[]): FileCursor {
	return { queue: ids.map((id) => [id, UNKNOWN]), ended: [] };
}

/** Takes over a changed list: new files come last, what the user took out is forgotten. */
export function relisted(cursor: FileCursor, ids: string[]): FileCursor {
	const wanted = new Set(ids);
	const known = new Set([...cursor.queue.map(([id]) => id), ...cursor.ended]);
	const added = ids.filter((id) => !known.has(id)).map((id): Watched => [id, UNKNOWN]);
	return {
		queue: [...cursor.queue.filter(([id]) => wanted.has(id)), ...added],
		ended: cursor.ended.filter((id) => wanted.has(id)),
	};
}

/** The files whose turn it is. */
export function nextFiles(cursor: FileCursor, count: number): string[] {
	return cursor.queue.slice(0, count).map(([id]) => id);
}

/**
 * The cursor after asking for some files.
 *
 * @param asked All that were asked for, also those without an answer: they go to the end as well, so
 * that one file that cannot be read does not hold up the others.
 * @returns The cursor, and which of the answers are a change.
 */
export function answered<Answer extends FileStatus>(
	cursor: FileCursor,
	asked: string[],
	answers: Answer[],
): { cursor: FileCursor; changes: Answer[] } {
	const before = new Map(cursor.queue);
	const now = new Map(answers.map((answer) => [answer.id, answer]));
	const gone = new Set(asked);
	const back = asked.filter((id) => before.has(id) && !now.get(id)?.isFinal);
	const changes = answers.filter(({ id, status }) => {
		const last = before.get(id);
		return last !== undefined && last !== status;
	});
	return {
		changes,
		cursor: {
			queue: [
				...cursor.queue.filter(([id]) => !gone.has(id)),
				...back.map((id): Watched => [id, now.get(id)?.status ?? before.get(id) ?? UNKNOWN]),
			],
			ended: [...cursor.ended, ...answers.filter(({ isFinal }) => isFinal).map(({ id }) => id)],
		},
	};
}

/** The ids in a text with commas, semicolons, blanks or lines between them, or in a list; each once. */
export function idsIn(given: unknown): string[] {
	const ids = partsOf(given).flatMap((part) => (asText(part) ?? '').split(/[\s,;[\]"']+/));
	return [...new Set(ids.filter((id) => id !== ''))];
}

/** The first number that was too long for its digits: it would be the id of another file. */
export function idWithLostDigits(given: unknown): number | undefined {
	return partsOf(given).find(
		(part): part is number => typeof part === 'number' && Math.abs(part) > Number.MAX_SAFE_INTEGER,
	);
}

function partsOf(given: unknown): unknown[] {
	return Array.isArray(given) ? given.flat(Infinity) : [given];
}
