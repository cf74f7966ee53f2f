import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../shared/item';
import { checkLength, LIST_LIMITS } from '../../shared/listLimits';
import { asObject, objectsIn } from '../../shared/values';
import { credentialsOf, cybertron } from './cybertron';

/** Live clients ask for up to this many rows at once. */
const MAX_PAGE_SIZE = 100;

/** One page of a list: its rows, and whether the server has another one. */
export interface Page {
	rows: IDataObject[];
	more: boolean;
}

/**
 * Reads a session list as far as the item's Return All and Limit ask for.
 *
 * @param body Fields of the request beside user name and paging.
 * @throws ChatflowError if a page cannot be read.
 */
export async function readList(
	item: Item,
	path: string,
	body: IDataObject,
): Promise<IDataObject[]> {
	const { limit } = item;
	const { username } = await credentialsOf(item);
	const pagesize = Math.min(limit ?? MAX_PAGE_SIZE, MAX_PAGE_SIZE);
	return await collectRows(async (page) => {
		const data = await cybertron(item).request({
			method: 'POST',
			path,
			body: { username, ...body, page, pagesize },
			isRead: true,
		});
		return toPage(asObject(data), page, pagesize);
	}, limit);
}

/**
 * Reads the `data` of a list (SERVER.md, "Sessions and paging"). The server says in up to three ways
 * whether there is more; any of them that says no is believed, and a page without rows is the last.
 *
 * @param page Number of the page, from 1.
 */
export function toPage(data: IDataObject, page: number, size: number): Page {
	const { has_next: hasNext, max_page_num: lastPage, total, page_size: pageSize } = data;
	const rows = objectsIn(data.list);
	// The server may give smaller pages than it was asked for.
	const known = page * (Number(pageSize) || rows.length);
	const over =
		rows.length === 0 ||
		hasNext === false ||
		(Number(lastPage) > 0 && page >= Number(lastPage)) ||
		(Number(total) > 0 && known >= Number(total));
	const promised = hasNext === true || Number(lastPage) > page || Number(total) > known;
	return { rows, more: !over && (promised || rows.length >= size) };
}

/**
 * Collects rows page by page until there are as many as `limit` (`undefined`: all of them). A page
 * that only repeats the one before ends the list: a server that ignores the page number cannot hold it.
 *
 * @param fetch Gets the page of a number, from 1.
 * @throws ChatflowError if there is no end to it.
 */
export async function collectRows(
	fetch: (page: number) => Promise<Page>,
	limit?: number,
	limits = LIST_LIMITS,
): Promise<IDataObject[]> {
	const collected: IDataObject[] = [];
	let before = '';
	for (let number = 1; ; number++) {
		checkLength({ requests: number - 1, entries: collected.length }, limits);
		const { rows, more } = await fetch(number);
		const text = JSON.stringify(rows);
		if (text === before) break;
		before = text;
		for (const row of rows) collected.push(row);
		if (!more || (limit !== undefined && collected.length >= limit)) break;
	}
	return collected.slice(0, limit);
}
