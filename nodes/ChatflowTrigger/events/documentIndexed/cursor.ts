import type { IDataObject } from 'n8n-workflow';

import { fileIdOf } from '../../../Dify/knowledge/createDocument';
import { hasEnded, isPaused } from '../../../Dify/knowledge/status';
import { digest } from '../../digest';

/** Which documents have been reported. */
export type DocumentCursor = {
	/** The keys of documents whose indexing has ended, one after the other. */
	reported: string;
};

/** Characters of a key: with 5,000 documents two of them never share one. */
const KEY_LENGTH = 10;
const EACH_KEY = /.{10}/g;

/** What a poll has seen of a knowledge base. */
export interface Seen {
	/** The newest first. */
	documents: IDataObject[];
	/** Whether these are all: the others keep what is known of them. */
	isWhole: boolean;
}

/** Whether saved data is a cursor of this event. */
export function isDocumentCursor(saved: IDataObject): saved is DocumentCursor {
	return typeof saved.reported === 'string' && saved.reported.length % KEY_LENGTH === 0;
}

/** Names one end of an indexing: a new content has another file. Empty while it goes on. */
export function endOf(document: IDataObject): string {
	if (!hasEnded(document)) return '';
	const status = isPaused(document) ? 'paused' : String(document.indexing_status);
	return `${String(document.id)}:${fileIdOf(document) ?? ''}:${status}`;
}

/** The cursor of a trigger that has reported all these documents. */
export function cursorOf({ documents }: Seen): DocumentCursor {
	return { reported: keysIn(documents).join('') };
}

/**
 * The documents whose indexing has ended and that were not reported, the oldest first.
 *
 * @param limit The others are left to the next poll.
 */
export function newlyEnded(cursor: DocumentCursor, { documents }: Seen, limit: number) {
	const reported = new Set(cursor.reported.match(EACH_KEY));
	const ended = documents.filter((document) => endOf(document) !== '');
	return ended
		.filter((document) => !reported.has(keyOf(document)))
		.reverse()
		.slice(0, limit);
}

/** The cursor after some documents were reported. Those that are gone are forgotten. */
export function advance(
	cursor: DocumentCursor,
	{ documents, isWhole }: Seen,
	given: IDataObject[],
): DocumentCursor {
	const before = new Set(cursor.reported.match(EACH_KEY));
	const isGiven = new Set(given.map(keyOf));
	const now = keysIn(documents).filter((key) => before.has(key) || isGiven.has(key));
	const kept = isWhole ? [] : [...before].filter((key) => !now.includes(key));
	return { reported: [...now, ...kept].join('') };
}

function keysIn(documents: IDataObject[]): string[] {
	return documents.filter((document) => endOf(document) !== '').map(keyOf);
}

function keyOf(document: IDataObject): string {
	return digest(endOf(document)).slice(0, KEY_LENGTH);
}
