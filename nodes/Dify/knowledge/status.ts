import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../shared/values';

/** How the indexing of a document can end (SERVER.md, "Knowledge: indexing"). */
const ENDED = new Set(['completed', 'error', 'paused']);

/** Whether nothing more happens to a document by itself. */
export function hasEnded(document: IDataObject): boolean {
	return isPaused(document) || ENDED.has(asText(document.indexing_status) ?? '');
}

/** Whether a person has paused the indexing: only the status of a batch says so by its own word. */
export function isPaused({ indexing_status, display_status }: IDataObject): boolean {
	return indexing_status === 'paused' || display_status === 'paused';
}

/** Whether a document was indexed to its end. */
export function isIndexed(document: IDataObject): boolean {
	return document.indexing_status === 'completed';
}

/** Whether a document was indexed, and nothing of it can be found: it has no chunks. */
export function isWithoutChunks(document: IDataObject): boolean {
	const chunks = document.segment_count ?? document.total_segments;
	return isIndexed(document) && chunks === 0;
}

/** Why a document was not indexed; Dify does not always say. */
export function indexingError({ error, indexing_error: renamed }: IDataObject): string | undefined {
	return asText(error) ?? asText(renamed);
}
