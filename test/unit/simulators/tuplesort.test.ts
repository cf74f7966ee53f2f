import { sortedPage } from '../../simulators/shared/tuplesort';

/** Rows of a table: five in each second, in the order in which they were written. */
const TABLE = Array.from({ length: 1000 }, (_, n) => ({ n, second: Math.floor(n / 5) }));

/** `ORDER BY second DESC`, the beginning of the page. */
function page(offset: number, limit: number): number[] {
	const rows = sortedPage(TABLE, (a, b) => b.second - a.second, { offset, limit });
	return rows.slice(0, 12).map(({ n }) => n);
}

// What PostgreSQL 15.18 answered to the same questions.
it.each([
	[0, 100, [999, 998, 997, 996, 995, 994, 992, 993, 990, 991, 986, 988]],
	[100, 100, [895, 899, 896, 898, 897, 893, 894, 891, 892, 890, 887, 885]],
	[500, 100, [495, 499, 498, 497, 496, 491, 494, 493, 492, 490, 486, 489]],
	[40, 10, [957, 958, 955, 959, 956, 953, 950, 951, 952, 954]],
])('OFFSET %i LIMIT %i orders equal rows as PostgreSQL does', (offset, limit, rows) => {
	expect(page(offset, limit)).toEqual(rows);
});

it('gives every row once where the whole list is sorted', () => {
	const rows = sortedPage(TABLE, (a, b) => b.second - a.second, { offset: 0, limit: 1000 });
	expect(new Set(rows).size).toBe(1000);
	expect(rows.every(({ second }, i) => i === 0 || (rows[i - 1]?.second ?? 0) >= second)).toBe(true);
});
