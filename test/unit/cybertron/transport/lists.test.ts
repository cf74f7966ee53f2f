import { collectRows, toPage, type Page } from '../../../../nodes/Cybertron/transport/lists';

const row = (n: number) => ({ n });
const rows = (count: number, from = 0) => Array.from({ length: count }, (_, i) => row(from + i));

describe('whether a page is the last one', () => {
	it.each([
		['says so', { list: rows(10), has_next: false }, false],
		['says it is not', { list: rows(3), has_next: true }, true],
		['is the last of its pages', { list: rows(10), has_next: true, max_page_num: 1 }, false],
		['has more pages', { list: rows(3), max_page_num: 2 }, true],
		['has given the total', { list: rows(10), has_next: true, total: 10 }, false],
		['is short of the total in smaller pages', { list: rows(5), total: 30, page_size: 5 }, true],
		['says nothing, and is full', { list: rows(10) }, true],
		['says nothing, and is not full', { list: rows(9) }, false],
		['is empty, whatever it says', { list: [], has_next: true, max_page_num: 9 }, false],
		['is no list', { list: 'none', has_next: true }, false],
	])('of a server that %s', (_what, data, more) => {
		expect(toPage(data, 1, 10).more).toBe(more);
	});
});

describe('collecting rows', () => {
	const pages = (count: number, size = 10): ((page: number) => Promise<Page>) => {
		return async (page) => ({ rows: rows(size, (page - 1) * size), more: page < count });
	};

	it('goes through all pages', async () => {
		expect(await collectRows(pages(5))).toEqual(rows(50));
	});

	it('stops at the wanted number', async () => {
		const asked: number[] = [];
		const fetch = async (page: number) => {
			asked.push(page);
			return await pages(5)(page);
		};
		expect(await collectRows(fetch, 15)).toEqual(rows(15));
		expect(asked).toEqual([1, 2]);
	});

	it('ends when a page repeats the one before, however often more is promised', async () => {
		expect(await collectRows(async () => ({ rows: rows(2), more: true }))).toEqual(rows(2));
	});

	it('is given up when it has no end', async () => {
		const endless = pages(Infinity);
		const few = { requests: 3, entries: 1_000 };
		await expect(collectRows(endless, undefined, few)).rejects.toMatchObject({
			message: 'The list has no end: it was given up after 3 requests and 30 entries',
			info: { details: { code: 'endless_list', requests: 3, entries: 30 } },
		});
		const short = { requests: 1_000, entries: 25 };
		await expect(collectRows(endless, undefined, short)).rejects.toMatchObject({
			info: { details: { requests: 3, entries: 30 } },
		});
		expect(await collectRows(endless, 30, few)).toHaveLength(30);
	});

	it('keeps rows that are the same within a page', async () => {
		const twice = [row(1), row(1)];
		expect(await collectRows(async () => ({ rows: twice, more: false }))).toEqual(twice);
	});
});
