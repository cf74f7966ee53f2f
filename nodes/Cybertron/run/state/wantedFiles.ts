import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../../shared/values';

const CATEGORIES = 'upload_file_categories';
const MAX_DEPTH = 12;

/**
 * The object in which a frame says which files a flow wants: the one that holds
 * `upload_file_categories`, wherever it is nested. The documents do not say where.
 *
 * @param text The frame as text; few frames hold the word, so most are not searched.
 * @param parsed The frame, and its data if that was a text.
 */
export function wantedFilesIn(text: string, parsed: IDataObject[]): IDataObject | undefined {
	return text.includes(CATEGORIES) ? search(parsed, MAX_DEPTH) : undefined;
}

function search(value: unknown, depth: number): IDataObject | undefined {
	if (depth === 0 || typeof value !== 'object' || value === null) return undefined;
	if (isObject(value) && Array.isArray(value[CATEGORIES])) return value;
	for (const entry of Object.values(value)) {
		const found = search(entry, depth - 1);
		if (found) return found;
	}
	return undefined;
}
