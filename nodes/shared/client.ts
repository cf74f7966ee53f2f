import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { MAX_PAUSES, readText, startOfText } from './body';
import type { ErrorInfo } from './errors';
import { ChatflowError, invalidValue } from './errors';
import type { Abortable, ApiContext, ByteStream, HttpResponse } from './http';
import { abortable, cancelledInfo, failedResponse, sendRequest } from './http';
import type { Multipart } from './multipart';
import type { RetryDelays, RetryPolicy } from './retry';
import { retryDelayMs, retryReason } from './retry';
import { wait } from './wait';

/** How long a caller waits. */
interface Patience {
	/** Milliseconds that a request may take to be answered, and then to go on being answered. */
	readonly timeoutMs: number;
	/** Ends the requests: fires when the user stops the execution. */
	readonly signal?: AbortSignal;
	/** Ends the waits between attempts, where that is to be earlier. */
	readonly cancel?: AbortSignal;
	/** Called before every attempt of a request; may refuse it by throwing. */
	onRequest?(): void;
}

/** Who calls a service: an input item, a poll, or a picker of the editor. */
export interface Caller extends Patience {
	readonly context: ApiContext;
}

/** The test of a credential, which n8n gives another helper for requests. */
export interface TestCaller extends Patience {
	readonly send: (
		options: IHttpRequestOptions,
		signal: AbortSignal,
	) => Promise<HttpResponse<ByteStream>>;
}

/** What tells one service from another. */
export interface Service {
	/** As users know it. */
	name: string;
	/** The credential type that signs its requests. */
	credential: string;
	/** What must never leave the package. */
	secrets: (credentials: ICredentialDataDecryptedObject) => string[];
	retry: RetryPolicy;
	/**
	 * What a response says: its JSON, without the envelope that the service may put around it.
	 *
	 * @throws ChatflowError (see {@link failedResponse}) if it is a failure or not from this service.
	 */
	read: (response: HttpResponse<string>) => unknown;
	/** The failure that a response stands for, whose status is 300 or higher. */
	errorInfo: (response: HttpResponse<string>) => ErrorInfo;
}

/** One request. */
export interface Call extends Pick<IHttpRequestOptions, 'method' | 'qs' | 'headers' | 'body'> {
	/** Below the base URL; see {@link path}. */
	path: string;
	/** A body that can be sent only once, such as a file's stream: it is made anew for every attempt. */
	form?: () => Promise<Multipart>;
	/** In the place of the caller's. */
	timeoutMs?: number;
	/** Whether it changes nothing, so that it may reach the server twice; a GET never does. */
	isRead?: boolean;
	retryDelays?: RetryDelays;
}

/** A response whose body is still arriving. `close` ends the connection; call it on every path. */
export interface OpenResponse extends HttpResponse<ByteStream> {
	close: () => void;
}

/**
 * A path with its ids encoded: ``path`/conversations/${id}/name` ``.
 *
 * @throws ChatflowError for `.` and `..`: even encoded, they would lead to the address of another call.
 * And for what cannot be encoded.
 */
export function path(parts: TemplateStringsArray, ...ids: unknown[]): string {
	return parts.reduce((before, part, i) => before + segment(String(ids[i - 1])) + part);
}

/** Half of a character that takes two cannot be encoded. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function segment(id: string): string {
	if (id === '.' || id === '..' || HALF_CHARACTER.test(id)) {
		throw invalidValue(`"${id}" is not an ID`, 'Check the ID');
	}
	return encodeURIComponent(id);
}

/**
 * Attempts a request of a service until it succeeds or must not be sent again ({@link retryReason}).
 * Also for what does not go through a {@link Client}, such as the handshake of a WebSocket.
 *
 * @throws ChatflowError if the last attempt fails, or if the user stops the execution meanwhile.
 */
export async function withRetries<T>(
	{ name, retry }: Service,
	{ signal, cancel = signal }: Patience,
	{ method = 'GET', isRead = method === 'GET', retryDelays }: RepeatableCall,
	attempt: () => Promise<T>,
): Promise<T> {
	for (let attempts = 1; ; attempts++) {
		try {
			return await attempt();
		} catch (error) {
			if (!(error instanceof ChatflowError)) return await Promise.reject(error);
			const reason = retryReason(retry, error, isRead);
			const delayMs = retryDelayMs(reason, error, attempts, retryDelays);
			if (delayMs === undefined) return await Promise.reject(error);
			await wait(delayMs, cancel);
			if (cancel?.aborted) return await Promise.reject(new ChatflowError(cancelledInfo(name)));
		}
	}
}

/** What of a {@link Call} decides whether it may be sent again. */
type RepeatableCall = Pick<Call, 'method' | 'isRead' | 'retryDelays'>;

/** The one way to a service over HTTP, bound to who calls it. */
export class Client {
	constructor(
		private readonly service: Service,
		private readonly caller: Caller | TestCaller,
	) {}

	async get(path: string, qs?: Call['qs']): Promise<unknown> {
		return await this.request({ method: 'GET', path, qs });
	}

	async post(path: string, body?: Call['body']): Promise<unknown> {
		return await this.request({ method: 'POST', path, body });
	}

	async patch(path: string, body: Call['body']): Promise<unknown> {
		return await this.request({ method: 'PATCH', path, body });
	}

	async put(path: string, body: Call['body']): Promise<unknown> {
		return await this.request({ method: 'PUT', path, body });
	}

	async delete(path: string, body?: Call['body']): Promise<unknown> {
		return await this.request({ method: 'DELETE', path, body });
	}

	/**
	 * Makes a call that is answered with JSON; tries again what is safe to ({@link retryReason}).
	 *
	 * @throws ChatflowError if the server cannot be reached, or its response is not a success.
	 */
	async request(call: Call): Promise<unknown> {
		return await withRetries(this.service, this.caller, call, async () => {
			const connection = abortable(this.caller.signal);
			try {
				return this.service.read(await this.readOnce(call, connection));
			} catch (error) {
				connection.abort();
				return await Promise.reject(error);
			} finally {
				connection.release();
			}
		});
	}

	/**
	 * Makes a call whose response is read while it arrives; tries again what is safe to.
	 *
	 * @throws ChatflowError if the server cannot be reached, or the status is 300 or higher.
	 */
	async open(call: Call): Promise<OpenResponse> {
		return await withRetries(this.service, this.caller, call, async () => {
			const connection = abortable(this.caller.signal);
			try {
				return await this.openOnce(call, connection);
			} catch (error) {
				connection.abort();
				return await Promise.reject(error);
			}
		});
	}

	/** The Timeout holds for every pause of the response; the whole may take {@link MAX_PAUSES} times as long. */
	private async readOnce(call: Call, connection: Abortable): Promise<HttpResponse<string>> {
		const idleMs = call.timeoutMs ?? this.caller.timeoutMs;
		const response = await this.send(call, connection.signal);
		if (response.status >= 300) {
			const page = await startOfText(response.body, idleMs);
			connection.abort();
			return { ...response, body: page };
		}
		const until = Date.now() + idleMs * MAX_PAUSES;
		const received = { body: response.body, close: () => connection.abort() };
		return { ...response, body: await readText(this.service.name, received, { idleMs, until }) };
	}

	private async openOnce(call: Call, connection: Abortable): Promise<OpenResponse> {
		const response = await this.send(call, connection.signal);
		if (response.status < 300) return { ...response, close: () => connection.abort() };
		const timeoutMs = call.timeoutMs ?? this.caller.timeoutMs;
		const page = { ...response, body: await startOfText(response.body, timeoutMs) };
		throw failedResponse(page, this.service.errorInfo(page));
	}

	private async send(
		{ path: url, method = 'GET', qs, headers, body, form, timeoutMs }: Call,
		signal: AbortSignal,
	): Promise<HttpResponse<ByteStream>> {
		const { caller } = this;
		caller.onRequest?.();
		const multipart = await form?.();
		const timeout = timeoutMs ?? caller.timeoutMs;
		const options = { method, url, qs, headers, body: multipart?.body ?? body, timeout };
		try {
			if ('send' in caller) return await caller.send(options, signal);
			return await sendRequest(caller.context, this.service, options, signal);
		} finally {
			multipart?.dispose();
		}
	}
}
