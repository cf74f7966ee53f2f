import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../shared/objects';

const CATEGORIES = 'upload_file_categories';
const DEEPEST = 12;

/**
 * The object in which a server says which files it wants: the one that holds
 * `upload_file_categories`, wherever it is nested; the documents do not tell where (facts 2.6).
 * The latest frame counts.
 *
 * @param frames The frames of the round as received.
 */
export function uploadRequest(frames: IDataObject[]): IDataObject | undefined {
	for (const frame of [...frames].reverse()) {
		const found = search(frame, DEEPEST);
		if (found) return found;
	}
	return undefined;
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
