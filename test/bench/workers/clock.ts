/**
 * Milliseconds since the epoch with a fraction. It goes on evenly, so the clocks of two processes of
 * one machine differ by a small constant, which cancels where two delays are compared.
 */
export function now(): number {
	return performance.timeOrigin + performance.now();
}
