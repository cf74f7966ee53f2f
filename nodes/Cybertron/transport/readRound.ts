import type { Problem } from '../../shared/errors';
import { startWatchdog } from '../../shared/transport/watchdog';
import type { TextSocket } from '../../shared/transport/websocket';
import { ConnectionOver } from '../../shared/transport/websocket';
import type { Frame } from '../stream/frame';
import { isTerminator, parseFrame } from '../stream/frame';
import { failIfFailure, hasText, reduceFrame } from '../stream/round';
import type { RoundState } from '../stream/state';
import { fail } from '../stream/state';
import { CANCELLED, thrownProblem } from './http';
import type { Cleaner } from './secrets';

/** No round lasts longer than this, however lively its frames are. */
const LONGEST_ROUND_MS = 60 * 60 * 1000;

/** How long frames are waited for, in milliseconds. */
export interface Patience {
	/** Without a frame before giving up. Heartbeats and unreadable frames do not count. */
	idleMs: number;
	/** For the terminator, after a sign of the end (facts 3.10). */
	graceMs: number;
	/** For the whole round; an hour by default. */
	limitMs?: number;
}

/** What the rounds of one socket share. */
export interface Line {
	socket: TextSocket;
	frames: AsyncIterator<string>;
	/** The read that a round gave up waiting for; the next round goes on with it. */
	pending?: Promise<IteratorResult<string>>;
	/** How many rounds were begun. */
	rounds: number;
	/** Whether this server acknowledges messages: then a round begins with its acknowledgement. */
	acks: boolean;
	/** Whether something has come that belongs to the round under way, and to no other. */
	begun: boolean;
	/** The dialog ids of all frames so far: every round has a new one. */
	dialogs: Set<string>;
	patience: Patience;
	clean: Cleaner;
	signal?: AbortSignal;
}

/** Called after every frame that belongs to the round. */
export type OnFrame = (state: RoundState) => Promise<void>;

/** The line of a socket on which no round was begun. */
export function createLine(
	socket: TextSocket,
	patience: Patience,
	clean: Cleaner,
	signal?: AbortSignal,
): Line {
	const frames = socket.frames[Symbol.asyncIterator]();
	const known = { rounds: 0, acks: false, begun: false, dialogs: new Set<string>() };
	return { socket, frames, ...known, patience, clean, signal };
}

/**
 * Sends one message and reads the frames of its round into `state` until the round has ended, by the
 * table in facts 3.10, or until patience does. Never rejects: `state` tells what went wrong.
 */
export async function readRound(
	line: Line,
	message: string,
	state: RoundState,
	onFrame: OnFrame = async () => {},
): Promise<void> {
	line.rounds += 1;
	line.begun = line.rounds === 1;
	state.acked = false;
	const clock = startClock(line.patience, state);
	try {
		const sent = line.socket.send(message).then(() => true);
		const taken = await clock.unlessExpired(sent);
		settle(line, state, taken ? await readFrames(line, state, clock, onFrame) : clock.verdict());
	} catch (error) {
		fail(state, error instanceof ConnectionOver ? closedProblem(line) : thrownProblem(error));
	} finally {
		clock.stop();
	}
}

async function readFrames(
	line: Line,
	state: RoundState,
	clock: Clock,
	onFrame: OnFrame,
): Promise<RoundEnd> {
	// What came together with the last frame still belongs to the round.
	while (state.phase !== 'done' || line.socket.waiting() > 0) {
		line.pending ??= line.frames.next();
		const next = await clock.unlessExpired(line.pending);
		if (next === undefined) return clock.verdict();
		line.pending = undefined;
		if (next.done) return 'closed';
		if (!take(line, state, next.value)) continue;
		clock.alive();
		await onFrame(state);
	}
	return 'complete';
}

/** Tells when patience with a round ends. */
interface Clock {
	/**
	 * What the promise gives; `undefined` when patience ends before. (`Promise.race` against one
	 * promise for the whole round would keep every frame in memory until the round is over.)
	 */
	unlessExpired<T>(promise: Promise<T>): Promise<T | undefined>;
	/** A sign of life came. */
	alive(): void;
	/** Which patience ended. */
	verdict(): 'silence' | 'limit';
	stop(): void;
}

function startClock(
	{ idleMs, graceMs, limitMs = LONGEST_ROUND_MS }: Patience,
	state: RoundState,
): Clock {
	let lastSeen = Date.now();
	const latest = lastSeen + limitMs;
	let expired = false;
	let giveUp = () => {};
	const patienceMs = () => (state.phase === 'ending' ? Math.min(graceMs, idleMs) : idleMs);
	const watchdog = startWatchdog(
		() => Math.min(latest, lastSeen + patienceMs()),
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
		alive: () => {
			lastSeen = Date.now();
			// The grace ends before the moment that the watchdog sleeps until.
			if (state.phase === 'ending') watchdog.check();
		},
		verdict: () => (Date.now() >= latest ? 'limit' : 'silence'),
		stop: () => watchdog.stop(),
	};
}

/** Takes a frame into the round; `false` when it does not belong to it. */
function take(line: Line, state: RoundState, text: string): boolean {
	const frame = parseFrame(text, (raw) => line.clean(text, raw));
	if (!frame || frame.kind === 'heartbeat') return false;
	line.begun ||= begins(line, frame);
	// Left over from the round before. Servers without acknowledgements can be late with their
	// terminator only.
	if (!line.begun && (line.acks || (state.frames === 0 && isTerminator(frame)))) return false;
	if (frame.dialogId) line.dialogs.add(frame.dialogId);
	reduceFrame(state, frame);
	line.acks ||= state.acked;
	return true;
}

/**
 * Whether the frame can only belong to the round under way: an acknowledgement, or what has a new
 * dialog id. That of 002005 does not tell, it is the one of the session's first round (T11).
 */
function begins({ dialogs }: Line, frame: Frame): boolean {
	if (frame.kind === 'ack' || frame.kind === 'error') return true;
	return frame.dialogId !== undefined && !dialogs.has(frame.dialogId) && !isTerminator(frame);
}

type RoundEnd = 'complete' | 'silence' | 'closed' | 'limit';

const WHAT_HAPPENED: Record<Exclude<RoundEnd, 'complete'>, string> = {
	silence: 'sent nothing more',
	closed: 'closed the connection',
	limit: 'did not come to an end',
};

/** Judges a round whose frames stopped before its terminator (facts 3.10, 3.14). */
function settle(line: Line, state: RoundState, end: RoundEnd): void {
	if (state.phase === 'done' || end === 'complete') return;
	if (line.signal?.aborted) return fail(state, CANCELLED);
	failIfFailure(state);
	if (state.problem) return;
	const expected = state.phase === 'ending';
	state.phase = 'done';
	if (expected) return;
	if (hasText(state) || state.jumpFlowUuid || state.transfer) {
		state.warning = `The server ${WHAT_HAPPENED[end]} before the round had ended; the answer may be incomplete`;
		return;
	}
	fail(state, end === 'closed' ? closedProblem(line) : silentProblem(end));
}

function closedProblem({ socket, signal }: Line): Problem {
	if (signal?.aborted) return CANCELLED;
	const { code, reason, error } = socket.ended() ?? {};
	if (error) return thrownProblem(error);
	return {
		message: 'The Cybertron server closed the connection before it answered',
		description: `${reason ? `The server said: ${reason} (${code}). ` : ''}Try again later. If it stays, check that the robot is published for API calls`,
		details: { close_code: code ?? null, close_reason: reason ?? '' },
		failure: { cause: 'temporarily-unavailable' },
	};
}

function silentProblem(end: 'silence' | 'limit'): Problem {
	return {
		message: `The Cybertron server ${WHAT_HAPPENED[end]} before it answered`,
		description: 'Try again later, or raise the Timeout option',
		failure: { cause: 'temporarily-unavailable' },
	};
}
