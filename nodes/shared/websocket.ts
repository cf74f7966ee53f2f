import type { NodeEgressFilter } from 'n8n-workflow';
import WebSocket from 'ws';

import { createInbox } from './frameQueue';
import { proxyAgent } from './proxy';
import { wait } from './wait';

/** Largest frame that is accepted; real ones repeat the history and reach some megabytes. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** How long a server may take to answer our close before the socket is cut. */
const CLOSE_GRACE_MS = 300;
/** How much of the page of a refused handshake is read, and for how long. */
const REFUSAL_CHARACTERS = 2000;
const REFUSAL_MS = 2000;

export interface SocketOptions {
	/** Milliseconds until the handshake must be done, whatever it waits for. */
	connectTimeoutMs: number;
	allowUnauthorizedCerts?: boolean;
	/** Cuts the connection, at any time. */
	signal?: AbortSignal;
	/** n8n's rules for addresses that nodes may connect to, where n8n has them. */
	egress?: NodeEgressFilter;
}

/** How a connection ended. */
export interface SocketEnd {
	code?: number;
	reason?: string;
	error?: Error;
}

/** An open WebSocket, read as a stream of text frames. */
export interface TextSocket {
	/** Sends one text frame. Rejects with {@link ConnectionOver} when the socket is gone. */
	send(text: string): Promise<void>;
	/** The frames in order of arrival, binary ones as text, too. Ends when the connection does. */
	frames: AsyncIterable<string>;
	/** How many frames have arrived that were not read yet. */
	waiting(): number;
	/** How the connection ended, once it has. */
	ended(): SocketEnd | undefined;
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
		/** Where the server points to instead, when it does. */
		readonly location?: string,
	) {
		super(`The server answered the WebSocket handshake with HTTP ${statusCode}`);
	}
}

/** An address that n8n does not let nodes connect to. */
export class AddressForbidden extends Error {}

/** A message that could not be sent because the connection is over, or about to be. */
export class ConnectionOver extends Error {}

type Agent = Awaited<ReturnType<typeof proxyAgent>>;

class ConnectTimeout extends Error {
	readonly code = 'ETIMEDOUT';
}

/**
 * Opens a WebSocket, through the environment's proxy where there is one.
 *
 * Rejects with {@link HandshakeRefused} when the server (or a proxy) answers with plain HTTP, with
 * {@link AddressForbidden}, or with the system's error (`ECONNREFUSED`, a certificate's code, …).
 * Nothing stays open then. Whatever happens to the socket later never becomes an uncaught error.
 */
export async function openSocket(url: string, options: SocketOptions): Promise<TextSocket> {
	await checkAddress(url, options.egress);
	const opening = new AbortController();
	const socket = createSocket(url, options, await proxyAgent(url, opening.signal));
	const inbox = createInbox(socket);
	let end: SocketEnd | undefined;
	socket.on('message', (data) => inbox.push(String(data)));
	// Errors may come at any time, also after the connection was cut: one without listener would
	// end the whole process.
	const terminate = () => socket.terminate();
	socket.on('error', (error) => {
		end = { ...end, error };
		// After an error of the protocol `ws` would wait for the server to close the connection.
		terminate();
	});
	const closed = new Promise<void>((resolve) => {
		socket.once('close', (code, reason) => {
			options.signal?.removeEventListener('abort', terminate);
			end = { ...end, code, reason: String(reason) };
			inbox.finish();
			resolve();
		});
	});
	options.signal?.addEventListener('abort', terminate, { once: true });
	if (options.signal?.aborted) terminate();

	const failure = await openingFailure(socket, options.connectTimeoutMs);
	if (failure) {
		opening.abort();
		terminate();
		await within(CLOSE_GRACE_MS, closed);
		throw failure;
	}
	return {
		frames: inbox.texts,
		waiting: inbox.waiting,
		ended: () => end,
		terminate,
		send: async (text) => await send(socket, text),
		close: async () => await close(socket, closed),
	};
}

function createSocket(url: string, options: SocketOptions, agent?: Agent): WebSocket {
	return new WebSocket(url, {
		maxPayload: MAX_FRAME_BYTES,
		rejectUnauthorized: options.allowUnauthorizedCerts !== true,
		perMessageDeflate: true,
		agent,
		lookup: options.egress?.createSecureLookup(),
	});
}

async function checkAddress(url: string, egress?: NodeEgressFilter): Promise<void> {
	const verdict = await egress?.validateUrl(url.replace(/^ws/i, 'http'));
	if (verdict && !verdict.ok) throw new AddressForbidden(verdict.error.message);
}

/** Waits for the handshake; gives what went wrong, when something did. */
async function openingFailure(socket: WebSocket, limitMs: number): Promise<Error | undefined> {
	const outcome = new Promise<Error | undefined>((resolve) => {
		socket.once('open', () => resolve(undefined));
		socket.once('error', resolve);
		socket.once('close', () => resolve(new Error('The connection was closed before it was open')));
		socket.once('unexpected-response', (_request, response) => {
			void refusal(response).then(resolve);
		});
	});
	const late = new ConnectTimeout('The WebSocket handshake took too long');
	return await within(limitMs, outcome, late);
}

/** What is needed of Node's response; its own type cannot be imported by n8n's rules. */
interface HttpResponse {
	statusCode?: number;
	headers: { location?: string };
	setEncoding(encoding: 'utf8'): void;
	on(event: 'data', listener: (part: string) => void): void;
	once(event: string, listener: () => void): void;
}

async function refusal(response: HttpResponse): Promise<HandshakeRefused> {
	let body = '';
	response.setEncoding('utf8');
	const read = new Promise<void>((resolve) => {
		response.on('data', (part: string) => {
			body = (body + part).slice(0, REFUSAL_CHARACTERS);
			if (body.length === REFUSAL_CHARACTERS) resolve();
		});
		for (const event of ['end', 'error', 'close']) response.once(event, () => resolve());
	});
	await within(REFUSAL_MS, read);
	return new HandshakeRefused(response.statusCode ?? 0, body, response.headers.location);
}

async function send(socket: WebSocket, text: string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		socket.send(text, (error) => (error ? reject(new ConnectionOver(error.message)) : resolve()));
	});
}

async function close(socket: WebSocket, closed: Promise<void>): Promise<void> {
	socket.resume();
	socket.close(1000);
	await within(CLOSE_GRACE_MS, closed);
	socket.terminate();
	await within(CLOSE_GRACE_MS, closed);
}

/** What the promise gives within so many milliseconds, otherwise `late`. */
async function within<T>(ms: number, promise: Promise<T>, late?: T): Promise<T | undefined> {
	const done = new AbortController();
	const result = await Promise.race([promise, wait(ms, done.signal).then(() => late)]);
	done.abort();
	return result;
}
