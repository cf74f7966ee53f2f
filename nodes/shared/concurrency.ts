/**
 * Works on `count` items, at most `limit` at once, and gives the results in item order.
 * Items with the same key never run at the same time and keep their order; a free item does not
 * wait behind a busy key. The first failure stops the start of further items; those under way are
 * waited for, then the failure of the lowest item is thrown.
 */
export async function mapItems<T>(
	count: number,
	limit: number,
	work: (itemIndex: number) => Promise<T>,
	keyOf: (itemIndex: number) => string | undefined = () => undefined,
): Promise<T[]> {
	const results = new Array<T>(count);
	const failures = new Map<number, unknown>();
	const pending = Array.from({ length: count }, (_, itemIndex) => ({
		itemIndex,
		key: limit > 1 ? keyOf(itemIndex) : undefined,
	}));
	const busy = new Set<string>();

	const takeNext = () => {
		const at = pending.findIndex(({ key }) => key === undefined || !busy.has(key));
		return at < 0 ? undefined : pending.splice(at, 1)[0];
	};
	// A worker that finds every waiting item's key busy may leave: the worker that holds the key
	// takes the next item of that key when it is done.
	const worker = async () => {
		for (let next = takeNext(); next && failures.size === 0; next = takeNext()) {
			const { itemIndex, key } = next;
			if (key !== undefined) busy.add(key);
			try {
				results[itemIndex] = await work(itemIndex);
			} catch (error) {
				failures.set(itemIndex, error);
			}
			if (key !== undefined) busy.delete(key);
		}
	};

	await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, count)) }, worker));
	if (failures.size > 0) return await Promise.reject(failures.get(Math.min(...failures.keys())));
	return results;
}
