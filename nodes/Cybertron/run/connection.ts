import type { IDataObject } from 'n8n-workflow';

import { withRetries } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import { cancelledInfo } from '../../shared/http';
import type { Item } from '../../shared/item';
import { wait } from '../../shared/wait';
import type { TextSocket } from '../../shared/websocket';
import { openSocket } from '../../shared/websocket';
import { credentialsOf, cybertronService } from '../transport/cybertron';
import { connectError } from '../transport/errors';
import type { ReadTimeouts } from './readTimeouts';
import type { OnFrame } from './roundReader';
import { RoundReader } from './roundReader';
import type { RoundState } from './state/round';

const HEARTBEAT_MS = 30_000;
const HEARTBEAT = JSON.stringify({ type: 'heartbeat', data: 'ping' });
const CONNECT_TIMEOUT_MS = 30_000;

type Credentials = Awaited<ReturnType<typeof credentialsOf>>;

/** An open WebSocket for dialogs and chatflows. */
export interface Connection {
	/** Sends one message and reads until its round has ended; `state` has the error if it fails. */
	sendMessage(message: IDataObject, state: RoundState, onFrame?: OnFrame): Promise<void>;
	close(): Promise<void>;
}

/**
 * Opens the WebSocket of dialogs and chatflows with the item's credential.
 *
 * @throws ChatflowError if the server cannot be reached or refuses, or if the user stops the execution.
 */
export async function openConnection(
	item: Item,
	timeouts: ReadTimeouts,
	heartbeatMs = HEARTBEAT_MS,
): Promise<Connection> {
	const credentials = await credentialsOf(item);
	const connectTimeoutMs = Math.min(timeouts.idleMs, CONNECT_TIMEOUT_MS);
	const socket = await connect(item, credentials, connectTimeoutMs);
	const reader = new RoundReader(socket, timeouts, item.signal);
	const closed = new AbortController();
	void sendHeartbeats(socket, heartbeatMs, closed.signal);
	const access = accessFields(credentials);
	return {
		sendMessage: async (message, state, onFrame) =>
			await reader.readRound(JSON.stringify({ ...access, ...message }), state, onFrame),
		close: async () => {
			closed.abort();
			await socket.close();
		},
	};
}

/** The credential goes with every message, in both spellings: servers differ in which one they read. */
function accessFields({ robotKey, robotToken, username }: Credentials): IDataObject {
	return {
		'cybertron-robot-key': robotKey,
		'cybertron-robot-token': robotToken,
		cybertron_robot_key: robotKey,
		cybertron_robot_token: robotToken,
		username,
	};
}

/** A handshake carries no message, so it may be repeated like a read. */
async function connect(
	item: Item,
	{ baseUrl, allowUnauthorizedCerts }: Credentials,
	connectTimeoutMs: number,
): Promise<TextSocket> {
	const url = `${baseUrl.replace(/^http/i, 'ws')}/openapi/v2/ws/dialog/`;
	const { signal } = item;
	const egress = item.context.helpers.getSecureEgressFilter?.();
	const options = { connectTimeoutMs, allowUnauthorizedCerts, egress, signal };
	const attempt = async () =>
		await openSocket(url, options).catch((error: unknown) => {
			throw signal?.aborted ? new ChatflowError(cancelledInfo('Cybertron')) : connectError(error);
		});
	return await withRetries(cybertronService, item, { isRead: true }, attempt);
}

/** Keeps proxies from closing a quiet connection. The responses do not count as frames of a round. */
async function sendHeartbeats(socket: TextSocket, everyMs: number, closed: AbortSignal) {
	while (await wait(everyMs, closed)) {
		await socket.send(HEARTBEAT).catch(() => undefined);
	}
}
