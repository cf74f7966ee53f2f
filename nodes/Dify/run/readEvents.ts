import { limited, STREAM_LIMITS } from '../../shared/body';
import type { Caller, OpenResponse } from '../../shared/client';
import { networkError } from '../../shared/http';
import { sseBatches } from '../../shared/sse';
import { startWatchdog } from '../../shared/watchdog';
import { parseEvent } from './state/event';
import type { ReadTimeouts } from './state/readPhase';
import { readPhase } from './state/readPhase';
import { reduceEvent } from './state/reduce';
import type { RunState, TextChange } from './state/state';
import { joinChanges } from './state/text';

/**
 * How the reading of a stream came to its end: nothing more is to be expected; the server closed it
 * too early; no byte came for too long; it took longer than allowed; it was larger than allowed; or
 * the connection broke.
 */
export type StreamEnd =
	'complete' | 'closed' | 'timedOut' | 'overdue' | 'tooLarge' | { broken: string };

/** A run that is read. */
export interface RunReader {
	/** Makes the requests of the run; its signal cuts them. */
	caller: Caller;
	/** The user who started the run: nobody else may see it. */
	user: string;
	state: RunState;
	timeouts: ReadTimeouts;
	/** When reading ends in any case, epoch milliseconds: pings alone must not keep it alive for ever. */
	until: number;
	/** Gets what each chunk changed in the text, as it arrives. */
	onText: (change: TextChange) => Promise<void>;
	/** Whether the run was asked for in blocking mode: nobody is told its events. */
	isBlocking?: boolean;
	/** Looks for the run if its id did not arrive, and puts it into the state. */
	findRun?: () => Promise<void>;
	/** Asked when a pause is announced that may be over: whether the run really waits, so that this is the end. */
	reallyPaused?: () => Promise<boolean>;
}

/**
 * Reads events into the state until nothing more is to be expected ({@link readPhase}). The connection
 * is closed on every path.
 */
export async function readEvents(
	{ body, close }: OpenResponse,
	reader: RunReader,
	limits = STREAM_LIMITS,
): Promise<StreamEnd> {
	const { state, timeouts, until } = reader;
	let lastByte = Date.now();
	let phase = readPhase(state, timeouts);
	let phaseSince = lastByte;
	let expired = false;
	const deadline = () =>
		Math.min(until, (phase.name === 'idle' ? lastByte : phaseSince) + phase.forMs);
	const watchdog = startWatchdog(deadline, () => {
		expired = true;
		close();
	});
	const closeIfPaused = async () => {
		const paused = await reader.reallyPaused?.();
		if (paused && phase.reason === 'pause') close();
	};
	let broken: string | undefined;
	try {
		for await (const batch of sseBatches(limited('Dify', body, limits.bytes))) {
			lastByte = Date.now();
			const change = takeBatch(reader, batch);
			if (change) await reader.onText(change);
			if (state.events && state.events.length > limits.events) return 'tooLarge';
			const next = readPhase(state, timeouts);
			if (next.name === 'done') return 'complete';
			if (next.reason !== phase.reason) {
				phaseSince = Date.now();
				phase = next;
				watchdog.check();
				if (next.reason === 'pause') void closeIfPaused();
			}
		}
	} catch (error) {
		const { info } = networkError('Dify', error);
		if (info.details?.code === 'too_large') return 'tooLarge';
		broken = info.message;
	} finally {
		watchdog.stop();
		close();
	}
	if (phase.name === 'grace') return 'complete';
	if (expired) return Date.now() >= until ? 'overdue' : 'timedOut';
	return broken === undefined ? 'closed' : { broken };
}

/** Takes the messages of one chunk, up to the one after which nothing is to be expected. */
function takeBatch({ state, timeouts }: RunReader, batch: string[]): TextChange | undefined {
	let change: TextChange | undefined;
	for (const message of batch) {
		const event = parseEvent(message);
		if (!event) continue;
		change = joinChanges(change, reduceEvent(state, event));
		if (event.name !== 'message' && readPhase(state, timeouts).name === 'done') break;
	}
	return change;
}
