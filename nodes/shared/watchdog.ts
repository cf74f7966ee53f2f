import { wait } from './wait';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Ends a wait that lasts too long. */
export interface Watchdog {
	/** The deadline may have come nearer: look again. */
	check(): void;
	/** Ends the watch; nothing fires afterwards. */
	stop(): void;
}

/**
 * Calls `onExpire` once when the clock passes `deadline()` (epoch milliseconds). The deadline is
 * asked anew whenever the previous one is reached, so moving it further away costs nothing.
 */
export function startWatchdog(deadline: () => number, onExpire: () => void): Watchdog {
	let stopped = false;
	let nap = new AbortController();
	const watch = async () => {
		while (!stopped) {
			const left = deadline() - Date.now();
			if (left <= 0) {
				stopped = true;
				onExpire();
				return;
			}
			nap = new AbortController();
			await wait(Math.min(left, MAX_TIMER_MS), nap.signal);
		}
	};
	void watch();
	return {
		check: () => nap.abort(),
		stop: () => {
			stopped = true;
			nap.abort();
		},
	};
}
