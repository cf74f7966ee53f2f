import { sseBatches } from '../../shared/transport/sse';
import { startWatchdog } from '../../shared/transport/watchdog';
import { parseEvent } from '../stream/event';
import { patience } from '../stream/patience';
import type { Limits } from '../stream/patience';
import { reduceEvent } from '../stream/reduce';
import type { ChatState, TextChange } from '../stream/state';
import { joinChanges } from '../stream/text';
import type { ByteStream } from './request';
import { thrownProblem } from './request';

/**
 * How the reading of a stream came to its end: nothing more is to be expected; the server closed it
 * too early; no byte for too long; longer than allowed although it lives; or the connection broke.
 */
export type StreamEnd = 'complete' | 'closed' | 'silent' | 'overdue' | { broken: string };

export interface StreamReader {
	state: ChatState;
	limits: Limits;
	/** When reading ends in any case, epoch milliseconds: pings alone must not keep it alive for ever. */
	until: number;
	/** Gets what each chunk changed in the text, as it arrives. */
	onText: (change: TextChange) => Promise<void>;
	/** Asked when a pause is told that may be over: whether the run really waits, so that this is the end. */
	reallyPaused?: () => Promise<boolean>;
}

/** Events on their way. */
export interface EventSource {
	stream: ByteStream;
	/** Closes the connection. */
	hangUp(): void;
}

/**
 * Reads events into the state until nothing more is to be expected ({@link patience}). The connection
 * is closed on every path.
 */
export async function readEvents(
	{ stream, hangUp }: EventSource,
	reader: StreamReader,
): Promise<StreamEnd> {
	const { state, limits, until } = reader;
	let lastByte = Date.now();
	let current = patience(state, limits);
	let phaseSince = lastByte;
	let gaveUp = false;
	const deadline = () =>
		Math.min(until, (current.phase === 'idle' ? lastByte : phaseSince) + current.forMs);
	const watchdog = startWatchdog(deadline, () => {
		gaveUp = true;
		hangUp();
	});
	const endIfPaused = async () => {
		const paused = await reader.reallyPaused?.();
		if (paused && current.reason === 'pause') hangUp();
	};
	let broken: string | undefined;
	try {
		for await (const batch of sseBatches(stream)) {
			lastByte = Date.now();
			const change = takeBatch(reader, batch);
			if (change) await reader.onText(change);
			const next = patience(state, limits);
			if (next.phase === 'done') return 'complete';
			if (next.reason !== current.reason) {
				phaseSince = Date.now();
				current = next;
				watchdog.check();
				if (next.reason === 'pause') void endIfPaused();
			}
		}
	} catch (error) {
		broken = thrownProblem(error).message;
	} finally {
		watchdog.stop();
		hangUp();
	}
	if (current.phase === 'grace') return 'complete';
	if (gaveUp) return Date.now() >= until ? 'overdue' : 'silent';
	return broken === undefined ? 'closed' : { broken };
}

/** Takes the messages of one chunk, up to the one after which nothing is to be expected. */
function takeBatch({ state, limits }: StreamReader, batch: string[]): TextChange | undefined {
	let change: TextChange | undefined;
	for (const message of batch) {
		const event = parseEvent(message);
		if (!event) continue;
		change = joinChanges(change, reduceEvent(state, event));
		if (event.name !== 'message' && patience(state, limits).phase === 'done') break;
	}
	return change;
}
