import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../shared/objects';

/** A list that is longer than this many pages is taken for one without end. */
const MOST_PAGES = 10_000;

/** One page of a session list: its rows, and whether the server has another one. */
export interface Page {
	rows: IDataObject[];
	more: boolean;
}

/**
 * Reads the `data` of a list (facts 2.3). The server says in up to three ways whether there is more;
 * any of them that says no is believed, and a page without rows is the last.
 *
 * @param page Number of the page, from 1.
 */
export function toPage(data: IDataObject, page: number, size: number): Page {
	const list = Array.isArray(data.list) ? data.list : [];
	const { has_next: hasNext, max_page_num: lastPage, total, page_size: pageSize } = data;
	const rows = list.filter(isObject);
	// The server may give smaller pages than it was asked for.
	const known = page * (Number(pageSize) || rows.length);
	const over =
		rows.length === 0 ||
		hasNext === false ||
		(Number(lastPage) > 0 && page >= Number(lastPage)) ||
		(Number(total) > 0 && known >= Number(total));
	const told = hasNext === true || Number(lastPage) > page || Number(total) > known;
	return { rows, more: !over && (told || rows.length >= size) };
}

/**
 * Collects rows page by page until `wanted` are there (`undefined`: all of them). A page that only
 * repeats the one before ends the list: a server that ignores the page number cannot hold it.
 *
 * @param fetch Gets the page of a number, from 1.
 */
export async function collectRows(
	fetch: (page: number) => Promise<Page>,
	wanted?: number,
): Promise<IDataObject[]> {
	const collected: IDataObject[] = [];
	let before = '';
	for (let number = 1; number <= MOST_PAGES; number++) {
		const { rows, more } = await fetch(number);
		const text = JSON.stringify(rows);
		if (text === before) break;
		before = text;
		collected.push(...rows);
		if (!more || (wanted !== undefined && collected.length >= wanted)) break;
	}
	return collected.slice(0, wanted);
}
