import type { Item } from '../../shared/item';
import type { WaitLimits } from './waitForEnd';

export const DEFAULT_MAX_WAIT_SECONDS = 600;
export const DEFAULT_INTERVAL_SECONDS = 2;

/** How long the options of an item say to wait, from now on. */
export function waitLimits(item: Item): WaitLimits {
	return {
		until: Date.now() + maxWaitMs(item),
		intervalMs: item.milliseconds('options.pollInterval', DEFAULT_INTERVAL_SECONDS),
		signal: item.signal,
	};
}

export function maxWaitMs(item: Item): number {
	return item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT_SECONDS);
}
