import { HandshakeRefused } from '../../shared/transport/websocket';
import { neverConnected } from '../../shared/transport/http';

/** How one try ended without a usable answer. */
export interface FailedTry {
	/** The HTTP status, when there was an answer. */
	status?: number;
	/** The system's code, when there was none. */
	network?: string;
	/** What the server said about when to come back. */
	retryAfter?: string;
}

/** Milliseconds before the second and the third try. */
const DELAYS_MS = [500, 1_500];
/** A server that wants a longer pause than this is not waited for. */
const LONGEST_PAUSE_MS = 10_000;

const PASSING_STATUS = new Set([429, 502, 503, 504]);
const CUT_CONNECTION = /^(ECONNRESET|EPIPE)$/;

/**
 * How long to wait before a request is sent again, `undefined` when it must not be: reads are
 * repeated after passing failures, everything else only when it cannot have reached the server.
 * Time-outs are not repeated: the user said how long to wait.
 *
 * @param safe Whether the request changes nothing, so that it may reach the server twice.
 * @param tries How many tries have been made.
 */
export function retryDelayMs(safe: boolean, failed: FailedTry, tries: number): number | undefined {
	const delayMs = DELAYS_MS[tries - 1];
	if (delayMs === undefined || !repeatable(safe, failed)) return undefined;
	const askedMs = Number(failed.retryAfter ?? 0) * 1000 || 0;
	return askedMs > LONGEST_PAUSE_MS ? undefined : Math.max(delayMs, askedMs);
}

function repeatable(safe: boolean, { status, network }: FailedTry): boolean {
	if (network !== undefined && neverConnected(network)) return true;
	if (!safe) return false;
	return network !== undefined ? CUT_CONNECTION.test(network) : PASSING_STATUS.has(status ?? 0);
}

/** A handshake carries no message, so a refused one may be repeated like a read. */
export function handshakeFailure(error: unknown): FailedTry {
	if (error instanceof HandshakeRefused) return { status: error.statusCode };
	return { network: String((error as { code?: unknown }).code ?? '') };
}
