import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../shared/values';
import { fileIdOf } from './createDocument';
import { metadataOf } from './metadata';
import { isIndexed, isPaused } from './status';

/** The metadata field for the hash of a document's content, unless the user names another one. */
export const HASH_FIELD = 'n8n_content_hash';

/**
 * What the field holds: the hash, and the file that it was taken of. A new content keeps the values of
 * the old one, so the hash alone could be that of a content that is gone.
 */
export function hashMark(hash: string, document: IDataObject): string {
	return `${hash}.${fileIdOf(document) ?? ''}`;
}

/** Whether a document has exactly this content, and its indexing has succeeded or still goes on. */
export function isUnchanged(document: IDataObject, hash: string, field: string): boolean {
	const mark = asText(metadataOf(document).get(field));
	if (mark === undefined || mark !== hashMark(hash, document)) return false;
	if (document.indexing_status === 'error' || isPaused(document)) return false;
	return !isIndexed(document) || Number(document.word_count) > 0;
}
