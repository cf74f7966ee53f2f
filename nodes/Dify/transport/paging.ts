import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../../shared/objects';

/** What one request for a list brought. */
export interface Page {
	records: IDataObject[];
	/** What the query of the next page says beside the rest; missing on the last page. */
	next?: IDataObject;
}

/** How a list of Dify is paged (facts 4). */
export interface ListRule {
	/** Smallest and largest `limit` to ask for. */
	pageSize: { min: number; max: number };
	/** What the next page's query says, from an answer and the query that it answers. */
	next(answer: IDataObject, records: IDataObject[], query: IDataObject): IDataObject | undefined;
	/** Whether later pages hold older records, each page ascending: the whole is then chronological. */
	newestPageFirst?: boolean;
}

const nextNumber = (query: IDataObject) => ({ page: pageNumber(query) + 1 });
const pageNumber = (query: IDataObject) => Number(query.page ?? 1);
const idOf = (record: IDataObject | undefined) => asText(record?.id);

/** The paging rules of Dify's lists. Where the server's own `has_more` is wrong it is not asked. */
export const LIST_RULES = {
	conversations: { pageSize: { min: 1, max: 100 }, next: afterLast },
	/** The latest page comes first, but ascending: the cursor is its first record. */
	messages: { pageSize: { min: 1, max: 100 }, next: beforeFirst, newestPageFirst: true },
	/** The cursor skips variables created at the same moment, so as many as possible at once. */
	variables: { pageSize: { min: 100, max: 100 }, next: afterLast },
	/** The server cuts at 100, and claims more after an exact multiple: only the total is right. */
	annotations: { pageSize: { min: 1, max: 100 }, next: untilTotal },
	/** The answer holds nothing but records: a page that is not full is the last. */
	feedbacks: { pageSize: { min: 1, max: 100 }, next: untilShortPage },
	logs: { pageSize: { min: 1, max: 100 }, next: whileMore },
} as const satisfies Record<string, ListRule>;

function afterLast(answer: IDataObject, records: IDataObject[]): IDataObject | undefined {
	const last = idOf(records.at(-1));
	return answer.has_more === true && last !== undefined ? { last_id: last } : undefined;
}

function beforeFirst(answer: IDataObject, records: IDataObject[]): IDataObject | undefined {
	const first = idOf(records[0]);
	return answer.has_more === true && first !== undefined ? { first_id: first } : undefined;
}

function untilTotal(
	answer: IDataObject,
	records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	if (typeof answer.total !== 'number') return untilShortPage(answer, records, query);
	return pageNumber(query) * Number(query.limit) < answer.total ? nextNumber(query) : undefined;
}

function untilShortPage(
	_answer: IDataObject,
	records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	return records.length >= Number(query.limit) ? nextNumber(query) : undefined;
}

function whileMore(
	answer: IDataObject,
	_records: IDataObject[],
	query: IDataObject,
): IDataObject | undefined {
	return answer.has_more === true ? nextNumber(query) : undefined;
}

/** The `limit` to ask for when `wanted` records (all of them: `undefined`) are needed. */
export function pageLimit({ pageSize }: ListRule, wanted?: number): number {
	return Math.max(pageSize.min, Math.min(pageSize.max, wanted ?? pageSize.max));
}

/**
 * Goes through the pages of a list and yields the records that no page before had. Ends after the
 * last page, and at a page that brings nothing new: a server that repeats itself cannot hold it.
 *
 * @param fetch Gets one page; its argument is the {@link Page.next} of the page before.
 */
export async function* freshPages(
	fetch: (next: IDataObject) => Promise<Page>,
): AsyncGenerator<IDataObject[]> {
	const seen = new Set<string>();
	let next: IDataObject | undefined = {};
	while (next) {
		const page = await fetch(next);
		const fresh = page.records.filter((record) => isNew(record, seen));
		if (fresh.length === 0) return;
		yield fresh;
		next = page.next;
	}
}

function isNew(record: IDataObject, seen: Set<string>): boolean {
	const key = idOf(record) ?? JSON.stringify(record);
	if (seen.has(key)) return false;
	seen.add(key);
	return true;
}

/** Takes up to `wanted` records (`undefined`: all) and asks for no page more than that needs. */
export async function takeRecords(
	pages: AsyncIterable<IDataObject[]>,
	rule: ListRule,
	wanted?: number,
): Promise<IDataObject[]> {
	const taken: IDataObject[][] = [];
	let count = 0;
	for await (const page of pages) {
		taken.push(page);
		count += page.length;
		if (wanted !== undefined && count >= wanted) break;
	}
	if (rule.newestPageFirst) {
		const all = taken.reverse().flat();
		return wanted === undefined ? all : all.slice(-wanted);
	}
	return taken.flat().slice(0, wanted);
}

/** The records of a list's answer; `undefined` when it is no list of Dify's. */
export function recordsOf(answer: unknown): IDataObject[] | undefined {
	if (!isObject(answer) || !Array.isArray(answer.data)) return undefined;
	return answer.data.filter(isObject);
}
