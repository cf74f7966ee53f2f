import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { Problem } from '../errors';
import type { ApiContext } from '../operation';

/** What came back, whatever its status. */
export interface HttpAnswer<Body> {
	status: number;
	headers: Record<string, string | undefined>;
	body: Body;
}

/** A request that got no answer: the system's code (`ECONNREFUSED`, `ECONNABORTED`, …) and n8n's words. */
export class NoAnswer extends Error {
	constructor(
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

/**
 * Sends one request with a credential and gives the answer of any status; never retries.
 * n8n resolves relative URLs through the credential. Texts are left unparsed: n8n's JSON parser
 * loses the digits of 64-bit ids.
 *
 * @throws NoAnswer when no answer came (refused, timed out, cut, cancelled).
 */
export async function sendRequest<Body>(
	context: ApiContext,
	credentialType: string,
	options: IHttpRequestOptions,
): Promise<HttpAnswer<Body>> {
	try {
		const answer = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			credentialType,
			{ ...options, returnFullResponse: true, ignoreHttpStatusErrors: true },
		)) as IN8nHttpFullResponse;
		return {
			status: answer.statusCode,
			headers: answer.headers as HttpAnswer<Body>['headers'],
			body: answer.body as Body,
		};
	} catch (error) {
		return await Promise.reject(noAnswer(error));
	}
}

function noAnswer(error: unknown): unknown {
	if (!(error instanceof NodeApiError)) return error;
	const text = [error.message, ...(error.messages ?? [])].join(' ');
	return new NoAnswer(networkCode(error.httpCode, text), text);
}

/**
 * The system's code of a failure. n8n names the HTTP status instead when an answer had begun: as
 * every status is accepted, the connection was cut on the way.
 */
function networkCode(httpCode: string | null, text: string): string {
	if (httpCode && !/^\d+$/.test(httpCode)) return httpCode;
	const named = /\bE[A-Z]{4,}\b/.exec(text)?.[0];
	return named ?? (httpCode ? 'ECONNRESET' : 'UNKNOWN');
}

/** Codes of failures in which no connection was made, so that nothing can have reached the server. */
const NEVER_CONNECTED = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
]);

/** Whether a request that failed with this code cannot have reached the server. */
export function neverConnected(code: string): boolean {
	return NEVER_CONNECTED.has(code);
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
			'Use a certificate that is trusted by n8n, or turn on "Ignore SSL Issues (Insecure)" in the credential if you trust this server',
	},
	{
		test: /EPROTO|WRONG_VERSION_NUMBER/,
		message: (service) => `The ${service} server does not speak TLS`,
		description: 'Write the Base URL in the credential with http:// if you trust the network',
	},
	{
		test: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
		message: (service) => `The ${service} server cannot be reached`,
		description:
			'Check that the server runs and that host and port of the Base URL in the credential are right',
	},
	{
		test: /ENOTFOUND|EAI_AGAIN/,
		message: (service) => `The host of the ${service} server was not found`,
		description: 'Check the Base URL in the credential for typing mistakes',
	},
	{
		test: /ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT/,
		message: (service) => `The ${service} server gave no sign of life in time`,
		description: 'Try again later, or raise the Timeout option',
	},
	{
		test: /ERR_CANCELED|canceled/,
		message: () => 'The execution was cancelled',
		description: 'The request was ended before the answer was complete',
	},
	{
		test: /ECONNRESET|EPIPE|socket hang up|aborted/,
		message: (service) => `The ${service} server closed the connection before it answered`,
		description: 'Look at the server, it may have done part of the work. Then try again',
	},
];

/** Says in words what a network failure means. `service` is the name that the user knows. */
export function networkProblem(service: string, code: string, text: string): Problem {
	const known = NETWORK_ADVICE.find(({ test }) => test.test(code) || test.test(text));
	return {
		message: known?.message(service) ?? `The ${service} server could not be asked: ${text}`,
		description: known?.description ?? 'Check the Base URL in the credential and the network',
		details: { code },
		failure:
			known?.test === CERTIFICATE
				? { cause: 'configuration-invalid' }
				: { cause: 'temporarily-unavailable' },
	};
}
