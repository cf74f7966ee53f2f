/** Looks at the memory of this process again and again while it works. */
export interface MemoryLook {
	look(): void;
	/** Bytes by which the memory had grown at its peak. */
	growth(): number;
}

function watch(read: () => number): MemoryLook {
	globalThis.gc?.();
	const before = read();
	let peak = before;
	return {
		look: () => {
			peak = Math.max(peak, read());
		},
		growth: () => peak - before,
	};
}

/** Watches the resident memory, garbage included: V8 collects late where nobody else wants memory. */
export function watchResident(): MemoryLook {
	return watch(() => process.memoryUsage.rss());
}

/** Watches what is really kept, by collecting the garbage at every look. Needs `--expose-gc`. */
export function watchKept(): MemoryLook {
	return watch(() => {
		if (!globalThis.gc) throw new Error('Start this with --expose-gc');
		globalThis.gc();
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	});
}
