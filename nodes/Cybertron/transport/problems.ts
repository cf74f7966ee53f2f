import type { Problem } from '../../shared/errors';
import type { HttpAnswer } from '../../shared/transport/http';
import { networkProblem } from '../../shared/transport/http';
import { AddressForbidden, HandshakeRefused } from '../../shared/transport/websocket';

/** How much of a page that is not Cybertron's is shown. */
const PAGE_CHARACTERS = 500;

interface StatusAdvice {
	description: string;
	failure?: Problem['failure'];
}

/** What HTTP statuses mean that a proxy or gateway gives in the place of the server. */
const STATUS_ADVICE: Record<number, StatusAdvice> = {
	401: {
		description: 'Check robot key and token in the credential',
		failure: { cause: 'credential-invalid' },
	},
	403: {
		description: 'Check robot key and token in the credential, and what a gateway may forbid',
		failure: { cause: 'credential-invalid' },
	},
	404: { description: 'Check the Base URL in the credential: this server does not know the call' },
	407: {
		description: 'The proxy wants a user name and password; they belong into the proxy address',
		failure: { cause: 'configuration-invalid' },
	},
	413: { description: 'Send less at once, or raise the limit of the server or proxy' },
	429: {
		description: 'Wait a little, and send less at once: see the Concurrency option',
		failure: { cause: 'rate-limited' },
	},
};

const TRY_LATER: StatusAdvice = {
	description: 'The server could not do it; try again later',
	failure: { cause: 'temporarily-unavailable' },
};

const UNKNOWN_STATUS: StatusAdvice = {
	description:
		'Check the Base URL in the credential, and that proxies on the way let WebSockets through',
};

const NO_WEBSOCKET: StatusAdvice = {
	description:
		'Check the Base URL in the credential: nothing of Cybertron answers there. An older installation may need the option API Version set to V1',
};

function adviceOn(status: number): StatusAdvice {
	return STATUS_ADVICE[status] ?? (status >= 500 ? TRY_LATER : UNKNOWN_STATUS);
}

/** An HTTP error whose page says nothing that Cybertron would say. */
export function statusProblem({ status, body }: HttpAnswer<string>): Problem {
	return {
		message: `The server answered with HTTP ${status}`,
		...adviceOn(status),
		details: { ...retryable(status), body: body.slice(0, PAGE_CHARACTERS) },
	};
}

/** An answer that is no error and not Cybertron's either. */
export function strangerProblem({ status, body }: HttpAnswer<string>): Problem {
	return {
		message: `The server did not answer as Cybertron does (HTTP ${status})`,
		description:
			'Check the Base URL in the credential. A proxy in between may have answered instead',
		details: { body: body.slice(0, PAGE_CHARACTERS) },
	};
}

/** A redirect; it is not followed. */
export function redirected({ status, headers }: HttpAnswer<string>): Problem | undefined {
	if (status < 300 || status >= 400) return undefined;
	return redirectProblem(status, headers.location);
}

function redirectProblem(status: number, location?: string): Problem {
	return {
		message: 'The Base URL points to another address',
		description: location
			? `The server redirects to ${location.split('?')[0]}. Put that host into the Base URL of the credential`
			: 'Check the Base URL in the credential',
		httpCode: String(status),
		failure: { cause: 'configuration-invalid' },
	};
}

/** A connection that could not be opened. */
export function connectProblem(error: unknown): Problem {
	if (error instanceof HandshakeRefused) return refusalProblem(error);
	const { code, message } = error as { code?: unknown; message?: unknown };
	if (error instanceof AddressForbidden) {
		return {
			message: 'n8n does not allow connections to this address',
			description: `Ask the administrator of this n8n to allow it, or check the Base URL in the credential. ${String(message)}`,
			failure: { cause: 'configuration-invalid' },
		};
	}
	return networkProblem('Cybertron', String(code ?? 'UNKNOWN'), String(message ?? error));
}

function refusalProblem({ statusCode, body, location }: HandshakeRefused): Problem {
	if (statusCode >= 300 && statusCode < 400) return redirectProblem(statusCode, location);
	return {
		message: `The Cybertron server refused the WebSocket connection (HTTP ${statusCode})`,
		...(statusCode === 404 ? NO_WEBSOCKET : adviceOn(statusCode)),
		httpCode: String(statusCode),
		details: { ...retryable(statusCode), body: body.slice(0, PAGE_CHARACTERS) },
	};
}

function retryable(status: number) {
	return status === 429 || status >= 500 ? { retryable: true } : {};
}
