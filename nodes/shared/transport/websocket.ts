import WebSocket from 'ws';

import { wait } from './wait';

/** Largest frame that is accepted; real ones repeat the history and reach some megabytes (facts 3.1). */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** How long a server may take to answer our close before the socket is cut. */
const CLOSE_GRACE_MS = 300;

export interface SocketOptions {
	/** Milliseconds until the handshake must be done. */
	connectTimeoutMs: number;
	allowUnauthorizedCerts?: boolean;
	signal?: AbortSignal;
}

/** An open WebSocket, read as a stream of text frames. */
export interface TextSocket {
	/** Sends one text frame. Rejects when the socket is gone. */
	send(text: string): Promise<void>;
	/** The text frames in order of arrival. Ends when the connection does; binary frames are left out. */
	frames: AsyncIterable<string>;
	/** How the connection ended, once it has. */
	ended(): { code?: number; reason?: string; error?: Error } | undefined;
	/** Cuts the connection now; `frames` ends. */
	terminate(): void;
	/** Closes politely, and cuts the connection when the server does not answer at once. */
	close(): Promise<void>;
}

/** A failed handshake: the server's HTTP status and the start of its body, when it answered at all. */
export class HandshakeRefused extends Error {
	constructor(
		readonly statusCode: number,
		readonly body: string,
	) {
		super(`The server answered the WebSocket handshake with HTTP ${statusCode}`);
	}
}

/**
 * Opens a WebSocket. Rejects with {@link HandshakeRefused} when the server answers with plain HTTP,
 * with the system's error (`ECONNREFUSED`, a certificate's code, …) when no connection is made.
 */
export async function openSocket(url: string, options: SocketOptions): Promise<TextSocket> {
	const socket = new WebSocket(url, {
		handshakeTimeout: options.connectTimeoutMs,
		maxPayload: MAX_FRAME_BYTES,
		rejectUnauthorized: options.allowUnauthorizedCerts !== true,
		perMessageDeflate: true,
	});
	const terminate = () => socket.terminate();
	options.signal?.addEventListener('abort', terminate, { once: true });
	if (options.signal?.aborted) terminate();

	const inbox = createInbox();
	let end: ReturnType<TextSocket['ended']>;
	socket.on('message', (data, isBinary) => {
		if (!isBinary) inbox.push(String(data));
	});
	const closed = new Promise<void>((resolve) => {
		socket.on('close', (code, reason) => {
			options.signal?.removeEventListener('abort', terminate);
			end = { ...end, code, reason: String(reason) };
			inbox.finish();
			resolve();
		});
	});
	await opened(socket);
	socket.on('error', (error) => {
		end = { ...end, error };
	});

	return {
		frames: inbox.frames,
		ended: () => end,
		terminate,
		send: async (text) =>
			await new Promise<void>((resolve, reject) => {
				socket.send(text, (error) => (error ? reject(error) : resolve()));
			}),
		close: async () => {
			socket.close(1000);
			const answered = new AbortController();
			await Promise.race([
				closed.then(() => answered.abort()),
				wait(CLOSE_GRACE_MS, answered.signal),
			]);
			socket.terminate();
		},
	};
}

async function opened(socket: WebSocket): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		socket.once('open', resolve);
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('The connection was closed before it was open')));
		socket.once('unexpected-response', (_request, response) => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (part: string) => {
				body = (body + part).slice(0, 2000);
				if (body.length === 2000) response.destroy();
			});
			response.once('close', () => {
				reject(new HandshakeRefused(response.statusCode ?? 0, body));
				socket.terminate();
			});
		});
	});
	socket.removeAllListeners('unexpected-response');
}

/** A queue between the socket's events and a reader that takes its time. */
function createInbox() {
	const waiting: string[] = [];
	let finished = false;
	let wake = () => {};
	async function* read(): AsyncGenerator<string> {
		for (;;) {
			while (waiting.length > 0) yield waiting.shift() as string;
			if (finished) return;
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	}
	return {
		frames: read(),
		push: (text: string) => {
			waiting.push(text);
			wake();
		},
		finish: () => {
			finished = true;
			wake();
		},
	};
}
