import { sleep } from 'n8n-workflow';

/**
 * Waits `ms` milliseconds; ends early when the signal fires.
 *
 * n8n 1.x ignores the signal that its `sleep` is given, so the signal is raced as well: there a
 * timer may outlive the wait, but nothing waits for it.
 *
 * @returns Whether the full time has passed.
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<boolean> {
	if (!signal) {
		await sleep(ms);
		return true;
	}
	if (signal.aborted) return false;
	let onAbort = () => {};
	const aborted = new Promise<boolean>((resolve) => {
		onAbort = () => resolve(false);
		signal.addEventListener('abort', onAbort, { once: true });
	});
	const slept = sleep(ms, signal).then(
		() => true,
		() => false,
	);
	try {
		return await Promise.race([slept, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}
