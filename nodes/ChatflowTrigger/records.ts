import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, objectsIn } from '../shared/values';

/** Records per page: the most that every list of Dify gives. */
export const PAGE_SIZE = 100;

/** The records of one page of any list of Dify. */
export function recordsOf(response: unknown): IDataObject[] {
	return objectsIn(asObject(response).data);
}

/** The ID of a record; empty if it has none. */
export function idOf(record: IDataObject): string {
	return asText(record.id) ?? '';
}

/** `created_at` and the like: seconds of the server's clock; 0 if there is none. */
export function secondsOf(value: unknown): number {
	return Math.floor(Number(value)) || 0;
}
