import { sortedPage } from '../shared/tuplesort';

/** `CURRENT_TIMESTAMP(0)`, in milliseconds: rounded, so it may lie half a second in the future. */
export function wholeSecond(milliseconds: number): number {
	return Math.round(milliseconds / 1000) * 1000;
}

/** A page of rows that are sorted by one time alone, with PostgreSQL's order of those that share it. */
export function pageByTime<Row>(
	rows: readonly Row[],
	time: (row: Row) => number,
	{ offset = 0, limit }: { offset?: number; limit: number },
): Row[] {
	return sortedPage(rows, (a, b) => time(a) - time(b), { offset, limit });
}
