import type {
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	ILoadOptionsFunctions,
	IPollFunctions,
	IExecuteFunctions,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { ErrorInfo } from './errors';
import { ChatflowError } from './errors';
import { cleanMimeType } from './fileName';

/** Every n8n context from which a service is called. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** What the server sent, whatever its status. */
export interface HttpResponse<Body> {
	status: number;
	headers: Record<string, string | undefined>;
	body: Body;
}

/** A body that arrives bit by bit. */
export type ByteStream = AsyncIterable<Uint8Array> & { destroy(): unknown };

/**
 * Sends one request with a credential and gives the response of any status; never retries.
 *
 * n8n resolves relative URLs through the credential. Every body comes as a stream: n8n would read
 * one without end to its end, and its JSON parser loses the digits of 64-bit ids. Redirects are not followed: neither API has any, n8n would turn a
 * POST into a GET on the way and keep a copy of every upload for it.
 *
 * @param service The name of the service that the user knows.
 * @param signal Ends the request, in the place of the execution's cancel signal.
 * @throws ChatflowError if no response came (refused, timed out, cut, cancelled).
 */
export async function sendRequest(
	context: ApiContext,
	{ name, credential }: { name: string; credential: string },
	options: IHttpRequestOptions,
	signal?: AbortSignal,
): Promise<HttpResponse<ByteStream>> {
	try {
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			signal ? withSignal(context, signal) : context,
			credential,
			{
				...options,
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
		)) as IN8nHttpFullResponse;
		return {
			status: response.statusCode,
			headers: response.headers as HttpResponse<ByteStream>['headers'],
			body: response.body as ByteStream,
		};
	} catch (error) {
		throw networkError(name, error);
	}
}

/**
 * The same context, with another signal that ends its requests. n8n ties every request with a
 * credential to the cancel signal of the execution, whatever signal the request names.
 */
function withSignal<Context extends ApiContext>(context: Context, signal: AbortSignal): Context {
	return new Proxy(context, {
		get: (target, key) => {
			if (key === 'getExecutionCancelSignal') return () => signal;
			const value: unknown = Reflect.get(target, key);
			return value;
		},
	});
}

/** A signal that its owner can fire, and that fires with an outer one, too. */
export interface Abortable {
	signal: AbortSignal;
	/** Fires the signal and lets go of the outer one. */
	abort(): void;
	/** Lets go of the outer signal. */
	release(): void;
}

/**
 * Makes the signal for one request whose response is a stream. Destroying the stream is not enough:
 * it is n8n's wrapper of the real one, and the connection would stay open until the server sends
 * again.
 */
export function abortable(outer?: AbortSignal): Abortable {
	const own = new AbortController();
	const forward = () => own.abort();
	if (outer?.aborted) own.abort();
	else outer?.addEventListener('abort', forward, { once: true });
	const release = () => outer?.removeEventListener('abort', forward);
	return {
		signal: own.signal,
		abort: () => {
			release();
			own.abort();
		},
		release,
	};
}

/** The MIME type of a Content-Type header, without its parameters. */
export function mimeTypeOf(header: string | undefined): string | undefined {
	return header ? cleanMimeType(header) : undefined;
}

/** Whatever made a request or its stream fail, in words. `service` is the name that the user knows. */
export function networkError(service: string, error: unknown): ChatflowError {
	if (error instanceof ChatflowError) return error;
	// What a credential refuses comes wrapped by n8n.
	if (error instanceof NodeApiError && error.cause instanceof ChatflowError) return error.cause;
	const { code, text } = causeOf(error);
	return new ChatflowError(networkErrorInfo(service, code, text), { network: code });
}

function causeOf(error: unknown): { code: string; text: string } {
	if (error instanceof NodeApiError) {
		const text = [error.message, ...(error.messages ?? [])].join(' ');
		return { code: systemCode(error.httpCode, text), text };
	}
	const { code, message } = error as { code?: unknown; message?: unknown };
	return { code: String(code ?? 'UNKNOWN'), text: String(message ?? error) };
}

/**
 * The system's code of a failure. n8n names the HTTP status instead if a response had begun: as
 * every status is accepted, the connection was cut on the way.
 */
function systemCode(httpCode: string | null, text: string): string {
	if (httpCode && !/^\d+$/.test(httpCode)) return httpCode;
	const named = /\bE[A-Z]{4,}\b/.exec(text)?.[0];
	return named ?? (httpCode ? 'ECONNRESET' : 'UNKNOWN');
}

/** The error of a response, with what is needed to decide whether to try again. */
export function failedResponse(
	{ status, headers }: HttpResponse<unknown>,
	info: ErrorInfo,
): ChatflowError {
	return new ChatflowError(info, { status, retryAfter: headers['retry-after'] });
}

/** The user stopped the execution. */
export function cancelledInfo(service: string): ErrorInfo {
	return networkErrorInfo(service, 'ERR_CANCELED', 'canceled');
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

interface NetworkAdvice {
	test: RegExp;
	message: (service: string) => string;
	description: string;
}

const NETWORK_ADVICE: NetworkAdvice[] = [
	{
		test: CERTIFICATE,
		message: (service) => `The certificate of the ${service} server is not trusted`,
		description:
			'Use a certificate that n8n trusts, or turn on "Ignore SSL Issues (Insecure)" in the credential if you trust this server',
	},
	{
		test: /EPROTO|WRONG_VERSION_NUMBER/,
		message: (service) => `The ${service} server does not support TLS`,
		description: 'Write the Base URL in the credential with http:// if you trust the network',
	},
	{
		test: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
		message: (service) => `The ${service} server cannot be reached`,
		description:
			'Check that the server is running and that host and port of the Base URL in the credential are right',
	},
	{
		test: /ENOTFOUND|EAI_AGAIN/,
		message: (service) => `The host of the ${service} server was not found`,
		description: 'Check the Base URL in the credential for typing mistakes',
	},
	{
		test: /ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT/,
		message: (service) => `The request to the ${service} server timed out`,
		description: 'Try again later, or raise the Timeout option',
	},
	{
		test: /ERR_CANCELED|canceled/,
		message: () => 'The execution was cancelled',
		description: 'The request was ended before the response was complete',
	},
	{
		test: /ECONNRESET|EPIPE|socket hang up|aborted/,
		message: (service) => `The ${service} server closed the connection before it answered`,
		description: 'Look at the server, it may have done part of the work. Then try again',
	},
];

/** Says in words what a network failure means. */
export function networkErrorInfo(service: string, code: string, text: string): ErrorInfo {
	const known = NETWORK_ADVICE.find(({ test }) => test.test(code) || test.test(text));
	return {
		message: known?.message(service) ?? `The request to the ${service} server failed: ${text}`,
		description: known?.description ?? 'Check the Base URL in the credential and the network',
		details: { code },
		failure:
			known?.test === CERTIFICATE
				? { cause: 'configuration-invalid' }
				: { cause: 'temporarily-unavailable' },
	};
}

/** A redirect, which is not followed. `part` says what of the new address belongs into the Base URL. */
export function redirectInfo(
	status: number,
	location: string | undefined,
	part: string,
): ErrorInfo {
	return {
		message: 'The Base URL points to another address',
		description: location
			? `The server redirects to ${location.split('?')[0]}. Put ${part} into the Base URL of the credential`
			: 'Check the Base URL in the credential',
		httpCode: String(status),
		details: { status },
		failure: { cause: 'configuration-invalid' },
	};
}
