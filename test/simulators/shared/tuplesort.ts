/** Less than 0 if the first comes first, 0 where the sort says nothing about the two. */
type Compare<Row> = (a: Row, b: Row) => number;

/**
 * `ORDER BY … LIMIT … OFFSET …` as PostgreSQL 15 does it, with its order of rows that compare equal:
 * those which fit into a heap of LIMIT + OFFSET rows come out of it in the order of the heap, and a
 * page that reaches further than half of all rows is a part of the whole list, sorted.
 *
 * @param rows In the order in which they are found on the disk.
 */
export function sortedPage<Row>(
	rows: readonly Row[],
	compare: Compare<Row>,
	{ offset, limit }: { offset: number; limit: number },
): Row[] {
	const bound = offset + limit;
	const sorted =
		rows.length > bound * 2 ? topOf(rows, compare, bound) : quickSorted([...rows], compare);
	return sorted.slice(offset, bound);
}

/** A heap of the first rows, the last of them on its top; what is not better than that is dropped. */
function topOf<Row>(rows: readonly Row[], compare: Compare<Row>, bound: number): Row[] {
	const heap: Row[] = [];
	for (const row of rows) {
		if (heap.length < bound) insert(heap, row, compare);
		else if (compare(row, heap[0] as Row) < 0) replaceTop(heap, row, heap.length, compare);
	}
	for (let size = heap.length; size > 1; size--) {
		const top = heap[0] as Row;
		replaceTop(heap, heap[size - 1] as Row, size - 1, compare);
		heap[size - 1] = top;
	}
	return heap;
}

function insert<Row>(heap: Row[], row: Row, compare: Compare<Row>): void {
	let at = heap.length;
	while (at > 0) {
		const parent = (at - 1) >> 1;
		if (compare(row, heap[parent] as Row) <= 0) break;
		heap[at] = heap[parent] as Row;
		at = parent;
	}
	heap[at] = row;
}

function replaceTop<Row>(heap: Row[], row: Row, size: number, compare: Compare<Row>): void {
	let at = 0;
	for (let child = 1; child < size; child = 2 * at + 1) {
		if (child + 1 < size && compare(heap[child] as Row, heap[child + 1] as Row) < 0) child += 1;
		if (compare(row, heap[child] as Row) >= 0) break;
		heap[at] = heap[child] as Row;
		at = child;
	}
	heap[at] = row;
}

/** Bentley and McIlroy's quicksort, which leaves alone what is in order already. */
function quickSorted<Row>(rows: Row[], compare: Compare<Row>, from = 0, to = rows.length): Row[] {
	const at = (i: number) => rows[i] as Row;
	const swap = (i: number, j: number) => {
		[rows[i], rows[j]] = [at(j), at(i)];
	};
	const size = to - from;
	let isSorted = true;
	for (let i = from + 1; i < to && isSorted; i++) isSorted = compare(at(i - 1), at(i)) <= 0;
	if (isSorted) return rows;
	if (size < 7) {
		for (let i = from + 1; i < to; i++) {
			for (let j = i; j > from && compare(at(j - 1), at(j)) > 0; j--) swap(j, j - 1);
		}
		return rows;
	}
	swap(from, pivotOf(rows, compare, from, to));
	// Equal ones gather at both ends, and move into the middle afterwards.
	let [a, b, c, d] = [from + 1, from + 1, to - 1, to - 1];
	for (;;) {
		for (let order; b <= c && (order = compare(at(b), at(from))) <= 0; b++) {
			if (order === 0) swap(a++, b);
		}
		for (let order; b <= c && (order = compare(at(c), at(from))) >= 0; c--) {
			if (order === 0) swap(c, d--);
		}
		if (b > c) break;
		swap(b++, c--);
	}
	const left = Math.min(a - from, b - a);
	for (let i = 0; i < left; i++) swap(from + i, b - left + i);
	const right = Math.min(d - c, to - d - 1);
	for (let i = 0; i < right; i++) swap(b + i, to - right + i);
	quickSorted(rows, compare, from, from + (b - a));
	return quickSorted(rows, compare, to - (d - c), to);
}

function pivotOf<Row>(rows: Row[], compare: Compare<Row>, from: number, to: number): number {
	const median = (i: number, j: number, k: number) => {
		const [a, b, c] = [rows[i] as Row, rows[j] as Row, rows[k] as Row];
		if (compare(a, b) < 0) return compare(b, c) < 0 ? j : compare(a, c) < 0 ? k : i;
		return compare(b, c) > 0 ? j : compare(a, c) < 0 ? i : k;
	};
	const size = to - from;
	const middle = from + Math.floor(size / 2);
	if (size === 7) return middle;
	if (size <= 40) return median(from, middle, to - 1);
	const step = Math.floor(size / 8);
	return median(
		median(from, from + step, from + 2 * step),
		median(middle - step, middle, middle + step),
		median(to - 1 - 2 * step, to - 1 - step, to - 1),
	);
}
