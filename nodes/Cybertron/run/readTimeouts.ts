import { startWatchdog } from '../../shared/watchdog';
import type { RoundState } from './state/round';

/** Seconds that a round may take. */
export const DEFAULT_MAX_WAIT = 3_600;

/** How long frames are waited for, in milliseconds. */
export interface ReadTimeouts {
	/** Without a frame. Heartbeats and unreadable frames do not count. */
	idleMs: number;
	/** For 002005, after a sign of the end: some servers leave it out. */
	endGraceMs: number;
	/** For the whole round, however lively its frames are; {@link DEFAULT_MAX_WAIT} by default. */
	maxRoundMs?: number;
}

/** Watches the timeouts of one round. */
export interface RoundTimer {
	/**
	 * What the promise gives; `undefined` if a timeout comes first. (`Promise.race` against one promise
	 * for the whole round would keep every frame in memory until the round is over.)
	 */
	unlessExpired<T>(promise: Promise<T>): Promise<T | undefined>;
	/** A frame of the round came. */
	frameCame(): void;
	/** Which timeout it was. */
	reason(): 'silence' | 'limit';
	stop(): void;
}

export function startTimer(
	{ idleMs, endGraceMs, maxRoundMs = DEFAULT_MAX_WAIT * 1_000 }: ReadTimeouts,
	state: RoundState,
): RoundTimer {
	let lastFrameAt = Date.now();
	const latest = lastFrameAt + maxRoundMs;
	let expired = false;
	let giveUp = () => {};
	const allowedMs = () => (state.phase === 'ending' ? Math.min(endGraceMs, idleMs) : idleMs);
	const watchdog = startWatchdog(
		() => Math.min(latest, lastFrameAt + allowedMs()),
		() => {
			expired = true;
			giveUp();
		},
	);
	return {
		unlessExpired: async (promise) =>
			await new Promise((resolve, reject) => {
				giveUp = () => resolve(undefined);
				promise.then(resolve, reject);
				if (expired) giveUp();
			}),
		frameCame: () => {
			lastFrameAt = Date.now();
			// The grace ends before the moment that the watchdog sleeps until.
			if (state.phase === 'ending') watchdog.check();
		},
		reason: () => (Date.now() >= latest ? 'limit' : 'silence'),
		stop: () => watchdog.stop(),
	};
}
