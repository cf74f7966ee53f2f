import type { IDataObject } from 'n8n-workflow';

import type { Caller, Service } from '../../shared/client';
import { Client } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { checkLength, LIST_LIMITS } from '../../shared/listLimits';
import { asText, isObject, objectsIn } from '../../shared/values';
import { difyService } from './dify';
import { knowledgeService } from './knowledge';

/** How a list of Dify is paged (SERVER.md, "Paging"). */
export interface ListRule {
	/** Smallest and largest `limit` to ask for. */
	pageSize: { min: number; max: number };
	/** What the next page's query says, from a response and the query that it answers. */
	next(response: IDataObject, records: IDataObject[], query: IDataObject): IDataObject | undefined;
	/** The field of a record by whose seconds the cursor pages; missing where it does not. */
	secondsOf?(query: IDataObject): string;
	/** Whose list it is, if not an app's. */
	service?: Service;
	/** Whether later pages hold older records, each page ascending: the whole is then chronological. */
	newestPageFirst?: boolean;
}

/** The paging rules of Dify's lists. Where the server's own `has_more` is wrong it is not used. */
export const LIST_RULES = {
	/** The cursor leaves out all records of its own second: it has to be of the second before. */
	conversations: { pageSize: { min: 1, max: 100 }, next: afterSecond, secondsOf: sortField },
	/** The same, but the latest page comes first, and is ascending. */
	messages: {
		pageSize: { min: 1, max: 100 },
		next: beforeSecond,
		secondsOf: () => 'created_at',
		newestPageFirst: true,
	},
	/** The cursor skips variables created at the same moment, so as many as possible at once. */
	variables: { pageSize: { min: 100, max: 100 }, next: afterLast },
	/** The server cuts at 100, and claims more after an exact multiple: only the total is right. */
	annotations: { pageSize: { min: 1, max: 100 }, next: untilTotal },
	/** The response holds nothing but records: a page that is not full is the last. */
	feedbacks: { pageSize: { min: 1, max: 100 }, next: untilShortPage },
	logs: { pageSize: { min: 1, max: 100 }, next: whileMore },
	/** `has_more` says that the page is full; above 100 the server cuts. */
	datasets: { pageSize: { min: 1, max: 100 }, next: untilTotal, service: knowledgeService },
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
	/** Whether records may be missing before the next page: more of one second than fit on a page. */
	skips: boolean;
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
 * @throws ChatflowError if a page cannot be read, or if there is no end to the list.
 */
export async function* listPages(
	caller: Caller,
	list: List,
	limit?: number,
	limits = LIST_LIMITS,
): AsyncGenerator<IDataObject[]> {
	const seen = new Set<string>();
	let next: IDataObject | undefined = {};
	for (let requests = 0; next; requests++) {
		checkLength({ requests, entries: seen.size }, limits);
		const page: Page = await readPage(caller, list, next, limit);
		const fresh = page.records.filter((record) => isNew(record, seen));
		if (fresh.length === 0) return;
		yield fresh;
		if (page.skips) throw sharedSecond(list.path);
		next = page.next;
	}
}

/** More records than fit on a page share one second, and Dify pages by whole seconds. */
export function sharedSecond(path: string): ChatflowError {
	return new ChatflowError({
		message: 'Dify cannot list all of these records',
		description:
			'More than 100 of them were created or used in the same second, and Dify cannot split them into pages. To go without the others, turn off Return All and set a Limit',
		details: { path },
	});
}

/** One page of a list; `position` is the `next` of the page before, empty for the first. */
export async function readPage(
	caller: Caller,
	{ path, rule, query }: List,
	position: IDataObject = {},
	limit?: number,
): Promise<Page> {
	const qs = { ...query, limit: pageLimit(rule, limit), ...position };
	const response = await new Client(rule.service ?? difyService, caller).get(path, qs);
	if (!isObject(response) || !Array.isArray(response.data)) throw notAList(path);
	const records = objectsIn(response.data);
	const next = rule.next(response, records, qs);
	const field = rule.secondsOf?.(qs);
	const seconds = new Set(field ? records.map((record) => secondOf(record, field)) : []);
	return { records, next, skips: next !== undefined && seconds.size === 1 && !seconds.has(0) };
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

/** `has_more` counts the records after the last second only: a full page may be cut within it. */
function afterSecond(
	response: IDataObject,
	records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	const field = sortField(query);
	const isFull = records.length >= Number(query.limit) && secondOf(records.at(-1), field) > 0;
	if (response.has_more !== true && !isFull) return undefined;
	return cursorOf('last_id', [...records].reverse(), field);
}

function beforeSecond(response: IDataObject, records: IDataObject[]): IDataObject | undefined {
	return response.has_more === true ? cursorOf('first_id', records, 'created_at') : undefined;
}

/**
 * The cursor that leaves nothing out: the next record that is of another second than the first of
 * these. The page that it leads to repeats some.
 *
 * @param records The outermost first.
 */
function cursorOf(name: string, records: IDataObject[], field: string): IDataObject | undefined {
	const [outermost] = records;
	const id = idOf(outermost);
	if (id === undefined) return undefined;
	const second = secondOf(outermost, field);
	if (second === 0) return { [name]: id };
	const inner = idOf(records.find((record) => secondOf(record, field) !== second));
	return { [name]: inner ?? id };
}

/** What conversations are sorted by; the server's default is the last use. */
function sortField({ sort_by: sortBy }: IDataObject): string {
	return asText(sortBy)?.endsWith('created_at') ? 'created_at' : 'updated_at';
}

/** A time in whole seconds; 0 if there is none. */
function secondOf(record: IDataObject | undefined, field: string): number {
	return Math.floor(Number(record?.[field] ?? record?.created_at)) || 0;
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
