/** `CURRENT_TIMESTAMP(0)`, in milliseconds: rounded, so it may lie half a second in the future. */
export function wholeSecond(milliseconds: number): number {
	return Math.round(milliseconds / 1000) * 1000;
}

/**
 * Sorts by one time alone, as PostgreSQL does: rows that share it come in the order in which they were
 * written, or, on later pages, in another one.
 *
 * @param offset Where the page begins: a number, or what else tells one page from another.
 */
export function sortedByTime<Row>(rows: Row[], time: (row: Row) => number, offset: number): Row[] {
	const sorted = [...rows].sort((a, b) => time(a) - time(b));
	if (offset === 0) return sorted;
	const ties = new Map<number, Row[]>();
	for (const row of sorted) {
		const group = ties.get(time(row));
		if (group) group.push(row);
		else ties.set(time(row), [row]);
	}
	return [...ties.values()].flatMap((group) => shuffled(group, offset));
}

/** Neither at random, so that tests can be repeated, nor in any order that a page could continue. */
function shuffled<Row>(group: Row[], offset: number): Row[] {
	const from = Math.floor(offset / 2) % group.length;
	return [...group.slice(from), ...group.slice(0, from)].reverse();
}
