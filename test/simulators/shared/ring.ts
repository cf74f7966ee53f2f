/**
 * Keeps at most `limit` newest entries of `list` (oldest dropped first). The array itself stays
 * the same object, so that a test may hold on to it.
 */
export function pushBounded<T>(list: T[], entry: T, limit: number): void {
	list.push(entry);
	// Dropping in blocks keeps the cost per entry constant.
	if (list.length > limit + Math.max(64, limit >> 3)) list.splice(0, list.length - limit);
}

/** Adds one to the counter `key`, forgetting new keys beyond `maxKeys` so that memory stays bounded. */
export function countUp(counters: Map<string, number>, key: string, maxKeys = 100_000): void {
	const current = counters.get(key);
	if (current === undefined && counters.size >= maxKeys) return;
	counters.set(key, (current ?? 0) + 1);
}
