import type { IDataObject } from 'n8n-workflow';

import { difyRequest } from '../Dify/transport/request';
import { asObject, asText, defined, isObject } from '../shared/objects';
import type { PollSession } from './session';

/** Records per page: the most that all lists give. */
export const PAGE_SIZE = 100;

/**
 * Reads from Dify within the time that the poll has left.
 *
 * @throws NodeApiError when the server cannot be reached or answers with an error.
 */
export async function ask(
	session: PollSession,
	path: string,
	qs: IDataObject = {},
): Promise<IDataObject> {
	const call = { method: 'GET' as const, path, qs: defined(qs), timeoutMs: session.timeoutMs() };
	return asObject(await difyRequest(session.context, 0, call));
}

/** The records of a page of any list. */
export function recordsOf(page: IDataObject): IDataObject[] {
	return Array.isArray(page.data) ? page.data.filter(isObject) : [];
}

/** The id of a record; empty when it has none. */
export function idOf(record: IDataObject): string {
	return asText(record.id) ?? '';
}

/** `created_at` and its like: seconds of the server's clock. 0 when there is none. */
export function secondsOf(value: unknown): number {
	return Math.floor(Number(value)) || 0;
}
