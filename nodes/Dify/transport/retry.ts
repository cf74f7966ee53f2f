import { neverConnected } from '../../shared/transport/http';

/** How one try ended without a usable answer. */
export interface FailedTry {
	/** The HTTP status, when there was an answer. */
	status?: number;
	/** Dify's own code in the answer. */
	code?: string;
	/** The system's code, when there was none. */
	network?: string;
}

/** Milliseconds before the second and the third try. */
const DELAYS_MS = [500, 2_000];

const PASSING_STATUS = new Set([502, 503, 504]);
const CUT_CONNECTION = /^(ECONNRESET|EPIPE)$/;

/**
 * How long to wait before a request is sent again, `undefined` when it must not be.
 *
 * Only what cannot have happened twice is repeated: any call that Dify refused before it ran
 * (`too_many_requests`, facts 3.8) or that never reached it, and reads that a proxy or a cut
 * connection spoiled. Time-outs are not repeated: the user said how long to wait.
 *
 * @param tries How many tries have been made.
 */
export function retryDelayMs(method: string, failed: FailedTry, tries: number): number | undefined {
	return repeatable(method, failed) ? DELAYS_MS[tries - 1] : undefined;
}

function repeatable(method: string, { status, code, network }: FailedTry): boolean {
	if (network !== undefined) {
		return neverConnected(network) || (method === 'GET' && CUT_CONNECTION.test(network));
	}
	if (code === 'too_many_requests') return true;
	return method === 'GET' && status !== undefined && PASSING_STATUS.has(status);
}
