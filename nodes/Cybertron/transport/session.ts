import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import { cybertronBaseUrl } from '../../shared/baseUrl';
import { wait } from '../../shared/transport/wait';
import type { SocketOptions, TextSocket } from '../../shared/transport/websocket';
import { openSocket } from '../../shared/transport/websocket';
import type { RoundState } from '../stream/state';
import { CANCELLED, cancelSignal, cybertronCredentials, cybertronError } from './http';
import { connectProblem } from './problems';
import type { OnFrame, Patience } from './readRound';
import { createLine, readRound } from './readRound';
import { handshakeFailure, retryDelayMs } from './retry';
import { secretCleaner } from './secrets';

const HEARTBEAT_MS = 30_000;
const HEARTBEAT = JSON.stringify({ type: 'heartbeat', data: 'ping' });
const CONNECT_TIMEOUT_MS = 30_000;

export interface SessionOptions extends Patience {
	/** API version in the path; both answer (T7). */
	apiVersion?: 'v1' | 'v2';
	/** Milliseconds between heartbeats. */
	heartbeatMs?: number;
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
	const { robotKey, robotToken, username } = cybertronAccess(credentials);
	const signal = cancelSignal(context);
	const base = cybertronBaseUrl(credentials.baseUrl).replace(/^http/i, 'ws');
	const url = `${base}/openapi/${options.apiVersion ?? 'v2'}/ws/dialog/`;
	const socket = await connect(context, itemIndex, url, {
		connectTimeoutMs: Math.min(options.idleMs, CONNECT_TIMEOUT_MS),
		allowUnauthorizedCerts: credentials.allowUnauthorizedCerts === true,
		egress: context.helpers.getSecureEgressFilter?.(),
		signal,
	});
	const line = createLine(socket, options, secretCleaner([robotKey, robotToken]), signal);
	const closed = new AbortController();
	void beat(socket, options.heartbeatMs ?? HEARTBEAT_MS, closed.signal);

	return {
		ask: async (message, state, onFrame) => {
			const access = accessFields(robotKey, robotToken);
			await readRound(line, JSON.stringify({ ...access, username, ...message }), state, onFrame);
		},
		close: async () => {
			closed.abort();
			await socket.close();
		},
	};
}

/** Both spellings of the key fields: servers differ in which one they read (facts 1.3, T2). */
function accessFields(robotKey: string, robotToken: string): IDataObject {
	return {
		'cybertron-robot-key': robotKey,
		'cybertron-robot-token': robotToken,
		cybertron_robot_key: robotKey,
		cybertron_robot_token: robotToken,
	};
}

/** Opens the socket; a handshake carries no message, so passing failures are tried again. */
async function connect(
	context: IExecuteFunctions,
	itemIndex: number,
	url: string,
	options: SocketOptions,
): Promise<TextSocket> {
	for (let tries = 1; ; tries++) {
		const outcome = await tryConnect(url, options);
		if (outcome.socket) return outcome.socket;
		const delayMs = retryDelayMs(true, handshakeFailure(outcome.error), tries);
		const cancelled =
			options.signal?.aborted === true ||
			(delayMs !== undefined && !(await wait(delayMs, options.signal)));
		if (cancelled) throw await cybertronError(context, itemIndex, CANCELLED);
		if (delayMs === undefined) {
			throw await cybertronError(context, itemIndex, connectProblem(outcome.error));
		}
	}
}

async function tryConnect(
	url: string,
	options: SocketOptions,
): Promise<{ socket: TextSocket; error?: undefined } | { socket?: undefined; error: unknown }> {
	try {
		return { socket: await openSocket(url, options) };
	} catch (error) {
		return { error };
	}
}

/** Keeps proxies from closing a quiet connection. The answers are no sign of life of the round. */
async function beat(socket: TextSocket, everyMs: number, closed: AbortSignal): Promise<void> {
	while (await wait(everyMs, closed)) {
		await socket.send(HEARTBEAT).catch(() => undefined);
	}
}
