/**
 * Works on `count` items, at most `limit` at once, and gives the results in item order.
 * Items with the same key never run at the same time and keep their order; a free item does not
 * wait behind a busy key. The first failure stops the start of further items; those under way are
 * awaited, then the failure of the lowest item is thrown.
 */
export async function mapItems<T>(
	count: number,
	limit: number,
	work: (itemIndex: number) => Promise<T>,
	keyOf: (itemIndex: number) => string | undefined = () => undefined,
): Promise<T[]> {
	const results = new Array<T>(count);
	const failures = new Map<number, unknown>();
	const schedule = createSchedule(count, limit > 1 ? keyOf : () => undefined);

	const worker = async () => {
		for (let next = schedule.take(); next && failures.size === 0; next = schedule.take()) {
			try {
				results[next.itemIndex] = await work(next.itemIndex);
			} catch (error) {
				failures.set(next.itemIndex, error);
			}
			schedule.release(next);
		}
	};

	await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, count)) }, worker));
	if (failures.size > 0) return await Promise.reject(failures.get(Math.min(...failures.keys())));
	return results;
}

interface Task {
	itemIndex: number;
	key?: string;
}

/** The items that wait for a busy key, in order; those before `head` have been taken. */
interface Parked {
	items: number[];
	head: number;
}

/**
 * Gives out items in order. Those whose key is busy are parked with the key, so that every item is
 * looked at once, however many there are.
 */
function createSchedule(count: number, keyOf: (itemIndex: number) => string | undefined) {
	const parkedBy = new Map<string, Parked>();
	/** Parked items whose key is free again; never more than there are workers. */
	const ready: Task[] = [];
	let next = 0;
	return {
		/**
		 * The next item that may start. `undefined` if there is none: every item left is parked behind
		 * a busy key, and the worker that holds the key takes it.
		 */
		take: (): Task | undefined => {
			const first = ready.shift();
			if (first) return first;
			while (next < count) {
				const itemIndex = next++;
				const key = keyOf(itemIndex);
				if (key === undefined) return { itemIndex };
				const parked = parkedBy.get(key);
				if (!parked) {
					parkedBy.set(key, { items: [], head: 0 });
					return { itemIndex, key };
				}
				parked.items.push(itemIndex);
			}
			return undefined;
		},
		release: ({ key }: Task): void => {
			const parked = key === undefined ? undefined : parkedBy.get(key);
			if (key === undefined || !parked) return;
			const itemIndex = parked.items[parked.head++];
			if (itemIndex === undefined) parkedBy.delete(key);
			else ready.push({ itemIndex, key });
		},
	};
}
