/**
 * Watches the resident memory of this process from inside: `look()` is called again and again by
 * the work itself, so that no peak between two timers is missed.
 */
export function watchMemory() {
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let peak = before;
	return {
		look: () => {
			peak = Math.max(peak, process.memoryUsage.rss());
		},
		/** Bytes by which the resident memory has grown at its peak. */
		growth: () => peak - before,
	};
}
