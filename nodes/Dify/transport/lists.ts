import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { asText, isObject, objectsIn } from '../../shared/values';
import { dify } from './dify';

/** How a list of Dify is paged (SERVER.md, "Paging"). */
export interface ListRule {
	/** Smallest and largest `limit` to ask for. */
	pageSize: { min: number; max: number };
	/** What the next page's query says, from a response and the query that it answers. */
	next(response: IDataObject, records: IDataObject[], query: IDataObject): IDataObject | undefined;
	/** Whether later pages hold older records, each page ascending: the whole is then chronological. */
	newestPageFirst?: boolean;
}

/** The paging rules of Dify's lists. Where the server's own `has_more` is wrong it is not used. */
export const LIST_RULES = {
	conversations: { pageSize: { min: 1, max: 100 }, next: afterLast },
	/** The latest page comes first, but ascending: the cursor is its first record. */
	messages: { pageSize: { min: 1, max: 100 }, next: beforeFirst, newestPageFirst: true },
	/** The cursor skips variables created at the same moment, so as many as possible at once. */
	variables: { pageSize: { min: 100, max: 100 }, next: afterLast },
	/** The server cuts at 100, and claims more after an exact multiple: only the total is right. */
	annotations: { pageSize: { min: 1, max: 100 }, next: untilTotal },
	/** The response holds nothing but records: a page that is not full is the last. */
	feedbacks: { pageSize: { min: 1, max: 100 }, next: untilShortPage },
	logs: { pageSize: { min: 1, max: 100 }, next: whileMore },
} as const satisfies Record<string, ListRule>;

/** A list: where it is, how it is paged, and what its query says beside the paging. */
export interface List {
	path: string;
	rule: ListRule;
	query?: IDataObject;
}

/** What one request for a list brought. */
export interface Page {
	records: IDataObject[];
	/** What the query of the next page says beside the rest; missing on the last page. */
	next?: IDataObject;
}

/**
 * Reads a list as far as the item's Return All and Limit ask for, and requests no page more.
 *
 * @throws ChatflowError if a page cannot be read.
 */
export async function readList(item: Item, list: List): Promise<IDataObject[]> {
	const { limit } = item;
	const pages: IDataObject[][] = [];
	let count = 0;
	for await (const page of listPages(item, list, limit)) {
		pages.push(page);
		count += page.length;
		if (limit !== undefined && count >= limit) break;
	}
	if (list.rule.newestPageFirst) {
		const all = pages.reverse().flat();
		return limit === undefined ? all : all.slice(-limit);
	}
	return pages.flat().slice(0, limit);
}

/**
 * The pages of a list, each without the records that an earlier one had; requested one at a time, as
 * they are consumed. Ends after the last page, and at one that brings nothing new: a server that
 * repeats itself cannot hold it.
 *
 * @param limit How many records are needed; all of them if missing.
 */
export async function* listPages(
	caller: Caller,
	list: List,
	limit?: number,
): AsyncGenerator<IDataObject[]> {
	const seen = new Set<string>();
	let next: IDataObject | undefined = {};
	while (next) {
		const page: Page = await readPage(caller, list, next, limit);
		const fresh = page.records.filter((record) => isNew(record, seen));
		if (fresh.length === 0) return;
		yield fresh;
		next = page.next;
	}
}

/** One page of a list; `next` is what the page before gave, empty for the first. */
export async function readPage(
	caller: Caller,
	{ path, rule, query }: List,
	next: IDataObject = {},
	limit?: number,
): Promise<Page> {
	const qs = { ...query, limit: pageLimit(rule, limit), ...next };
	const response = await dify(caller).get(path, qs);
	if (!isObject(response) || !Array.isArray(response.data)) throw notAList(path);
	const records = objectsIn(response.data);
	return { records, next: rule.next(response, records, qs) };
}

function notAList(path: string): ChatflowError {
	return new ChatflowError({
		message: 'The response is not a list from a Dify API',
		description: 'Check the Base URL in the credential: it is shown on the API Access page',
		details: { path },
	});
}

function isNew(record: IDataObject, seen: Set<string>): boolean {
	const key = idOf(record) ?? JSON.stringify(record);
	if (seen.has(key)) return false;
	seen.add(key);
	return true;
}

function pageLimit({ pageSize }: ListRule, limit: number = pageSize.max): number {
	return Math.max(pageSize.min, Math.min(pageSize.max, limit));
}

function afterLast(response: IDataObject, records: IDataObject[]): IDataObject | undefined {
	const last = idOf(records.at(-1));
	return response.has_more === true && last !== undefined ? { last_id: last } : undefined;
}

function beforeFirst(response: IDataObject, records: IDataObject[]): IDataObject | undefined {
	const first = idOf(records[0]);
	return response.has_more === true && first !== undefined ? { first_id: first } : undefined;
}

function untilTotal(
	response: IDataObject,
	records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	if (typeof response.total !== 'number') return untilShortPage(response, records, query);
	return pageNumber(query) * Number(query.limit) < response.total ? nextPage(query) : undefined;
}

function untilShortPage(
	_response: IDataObject,
	records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	return records.length >= Number(query.limit) ? nextPage(query) : undefined;
}

function whileMore(
	response: IDataObject,
	_records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	return response.has_more === true ? nextPage(query) : undefined;
}

function nextPage(query: IDataObject): IDataObject {
	return { page: pageNumber(query) + 1 };
}

function pageNumber(query: IDataObject): number {
	return Number(query.page ?? 1);
}

function idOf(record: IDataObject | undefined): string | undefined {
	return asText(record?.id);
}
