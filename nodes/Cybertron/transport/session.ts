import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import { cybertronBaseUrl } from '../../shared/baseUrl';
import { wait } from '../../shared/transport/wait';
import { startWatchdog } from '../../shared/transport/watchdog';
import type { TextSocket } from '../../shared/transport/websocket';
import { HandshakeRefused, openSocket } from '../../shared/transport/websocket';
import type { Problem } from '../../shared/errors';
import { isTerminator, parseFrame } from '../stream/frame';
import { hasText, reduceFrame } from '../stream/round';
import type { RoundState } from '../stream/state';
import { fail } from '../stream/state';
import { cybertronCredentials, cybertronError, thrownProblem } from './http';

const HEARTBEAT_MS = 30_000;
const HEARTBEAT = JSON.stringify({ type: 'heartbeat', data: 'ping' });
const CONNECT_TIMEOUT_MS = 30_000;

export interface SessionOptions {
	/** API version in the path; both answer (T7). */
	apiVersion?: 'v1' | 'v2';
	/** Milliseconds without a frame before giving up. */
	idleMs: number;
	/** Milliseconds to wait for the terminator after a sign of the end (facts 3.10). */
	graceMs: number;
}

/** A dialog socket with its credential; every message carries the credential (facts 3.1). */
export interface DialogSession {
	/**
	 * Sends one message and reads until its round has ended, by the table in facts 3.10.
	 * The state tells how: its `problem` is set when the round failed.
	 */
	ask(message: IDataObject, state: RoundState, onFrame?: OnFrame): Promise<void>;
	close(): Promise<void>;
}

/**
 * Opens the dialog WebSocket (1.1.2, 3.1.1, 3.3.x).
 *
 * @throws NodeApiError when the server cannot be reached or refuses.
 */
export async function openSession(
	context: IExecuteFunctions,
	itemIndex: number,
	options: SessionOptions,
): Promise<DialogSession> {
	const credentials = await cybertronCredentials(context, itemIndex);
	const base = cybertronBaseUrl(credentials.baseUrl).replace(/^http/i, 'ws');
	const signal = context.getExecutionCancelSignal();
	const socket = await connect(
		context,
		itemIndex,
		`${base}/openapi/${options.apiVersion ?? 'v2'}/ws/dialog/`,
		{
			connectTimeoutMs: Math.min(options.idleMs, CONNECT_TIMEOUT_MS),
			allowUnauthorizedCerts: credentials.allowUnauthorizedCerts === true,
			signal,
		},
	);
	const frames = socket.frames[Symbol.asyncIterator]();
	const line: Line = { socket, frames, terminatorOwed: false, options, signal };
	const closed = new AbortController();
	void beat(socket, closed.signal);

	return {
		ask: async (message, state, onFrame) => {
			const text = JSON.stringify({ ...authFields(credentials), ...message });
			await readRound(line, text, state, onFrame);
		},
		close: async () => {
			closed.abort();
			await socket.close();
		},
	};
}

/** Both spellings of the key fields: servers differ in which one they read (facts 1.3, T2). */
function authFields(credentials: Parameters<typeof cybertronAccess>[0]): IDataObject {
	const { robotKey, robotToken, username } = cybertronAccess(credentials);
	return {
		'cybertron-robot-key': robotKey,
		'cybertron-robot-token': robotToken,
		cybertron_robot_key: robotKey,
		cybertron_robot_token: robotToken,
		username,
	};
}

async function connect(
	context: IExecuteFunctions,
	itemIndex: number,
	...[url, options]: Parameters<typeof openSocket>
): Promise<TextSocket> {
	try {
		return await openSocket(url, options);
	} catch (error) {
		throw await cybertronError(context, itemIndex, connectProblem(error));
	}
}

function connectProblem(error: unknown): Problem {
	if (!(error instanceof HandshakeRefused)) return thrownProblem(error);
	const temporary = error.statusCode === 429 || error.statusCode >= 500;
	return {
		message: `The Cybertron server refused the WebSocket connection (HTTP ${error.statusCode})`,
		description: temporary
			? 'Try again later'
			: 'Check the Base URL in the credential, and that proxies on the way let WebSockets through',
		httpCode: String(error.statusCode),
		details: { body: error.body.slice(0, 500) },
		...(temporary ? { failure: { cause: 'temporarily-unavailable' as const } } : {}),
	};
}

/** Keeps proxies from closing a quiet connection. The answers are no sign of life of the round. */
async function beat(socket: TextSocket, closed: AbortSignal): Promise<void> {
	while (await wait(HEARTBEAT_MS, closed)) {
		await socket.send(HEARTBEAT).catch(() => undefined);
	}
}

/** What the rounds of one socket share. */
interface Line {
	socket: TextSocket;
	frames: AsyncIterator<string>;
	/** The read that a round gave up waiting for; the next round goes on with it. */
	pending?: Promise<IteratorResult<string>>;
	/** The last round ended without its terminator, which may still come late. */
	terminatorOwed: boolean;
	options: SessionOptions;
	signal?: AbortSignal;
}

type OnFrame = (state: RoundState) => Promise<void>;

async function readRound(line: Line, text: string, state: RoundState, onFrame?: OnFrame) {
	const { idleMs, graceMs } = line.options;
	let lastSeen = Date.now();
	let endingSince: number | undefined;
	const deadline = () => (endingSince === undefined ? lastSeen + idleMs : endingSince + graceMs);
	let expire = () => {};
	const expired = new Promise<undefined>((resolve) => {
		expire = () => resolve(undefined);
	});
	const watchdog = startWatchdog(deadline, expire);
	let silent = false;
	try {
		await line.socket.send(text);
		while (state.phase !== 'done') {
			line.pending ??= line.frames.next();
			const next = await Promise.race([line.pending, expired]);
			silent = next === undefined;
			if (next === undefined || next.done) break;
			line.pending = undefined;
			if (!take(line, state, next.value)) continue;
			lastSeen = Date.now();
			if (state.phase === 'ending' && endingSince === undefined) {
				endingSince = lastSeen;
				watchdog.check();
			}
			await onFrame?.(state);
		}
	} catch (error) {
		fail(state, thrownProblem(error));
	} finally {
		watchdog.stop();
	}
	line.terminatorOwed = state.phase === 'ending';
	settle(state, silent, line.signal?.aborted === true, line.socket.ended()?.error);
}

/** Takes a frame into the round; `false` when it does not belong to it. */
function take(line: Line, state: RoundState, text: string): boolean {
	const frame = parseFrame(text);
	if (!frame || frame.kind === 'heartbeat') return false;
	// A late 002005 of the round before cannot be told by its dialog id, which is always the first one (T11).
	if (line.terminatorOwed && state.frames === 0 && isTerminator(frame)) return false;
	reduceFrame(state, frame);
	return true;
}

/** Judges a round whose frames stopped before its terminator (facts 3.10, 3.14). */
function settle(state: RoundState, silent: boolean, cancelled: boolean, error?: Error): void {
	if (state.phase === 'done') return;
	if (cancelled) return fail(state, { message: 'The execution was cancelled' });
	if (state.phase === 'ending') {
		state.phase = 'done';
		return;
	}
	if (error) return fail(state, thrownProblem(error));
	const what = silent ? 'sent nothing more' : 'closed the connection';
	if (hasText(state)) {
		state.warning = `The server ${what} before the round had ended; the answer may be incomplete`;
		state.phase = 'done';
		return;
	}
	fail(state, {
		message: `The Cybertron server ${what} before it answered`,
		description: silent
			? 'Try again later, or raise the Timeout option'
			: 'Try again later. If it stays, check that the robot is published for API calls',
		failure: { cause: 'temporarily-unavailable' },
	});
}
