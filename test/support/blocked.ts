import { performance } from 'node:perf_hooks';

const LOOK_MS = 5;

/**
 * What something gives, and for how long it held up the event loop at most, in milliseconds of the
 * processor: those that other programs took meanwhile do not count.
 */
export async function blocked<T>(
	work: () => Promise<T>,
): Promise<{ result: T; blockedMs: number }> {
	let longest = 0;
	let last = performance.now();
	let lastCpu = process.cpuUsage();
	const look = () => {
		const now = performance.now();
		const { user, system } = process.cpuUsage(lastCpu);
		longest = Math.max(longest, Math.min(now - last - LOOK_MS, (user + system) / 1_000));
		last = now;
		lastCpu = process.cpuUsage();
	};
	const timer = setInterval(look, LOOK_MS);
	try {
		const result = await work();
		look();
		return { result, blockedMs: longest };
	} finally {
		clearInterval(timer);
	}
}
