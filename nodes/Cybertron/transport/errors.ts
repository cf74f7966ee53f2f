import type { ErrorInfo } from '../../shared/errors';
import { ChatflowError } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import { networkError, redirectInfo } from '../../shared/http';
import { AddressForbidden, HandshakeRefused } from '../../shared/websocket';

/** The only code of success. */
export const SUCCESS = '000000';

/** A code as six digits; without one, success. Leading zeros get lost: `0` and `2005` are `000000` and `002005`. */
export function sixDigits(code: unknown): string {
	return String(code ?? SUCCESS).padStart(6, '0');
}

const TRY_LATER = { cause: 'temporarily-unavailable' } as const;
/** Error texts are short; a long answer that quotes one is an answer. */
export const MAX_ERROR_CHARACTERS = 300;

/** Errors that servers send as the text of a success (SERVER.md, "Errors and status codes"). */
const ERROR_TEXTS: Array<{
	pattern: RegExp;
	info: (text: string, match: RegExpExecArray) => ErrorInfo;
}> = [
	{
		pattern: /(?:系统异常|System exception)\s*[(（](\d{3,})[)）]/i,
		info: (text, [, number]) => ({
			message: `Cybertron reported system exception ${number}`,
			description: 'Try again later. If the error persists, check the robot in AgentStudio',
			details: { code: String(number), message: text },
		}),
	},
	{
		pattern: /涉及到风险/,
		info: (text) => ({
			message: 'Cybertron blocked the message: its risk control objected to the content',
			description: 'Rephrase the question, or adjust the risk rules of the robot in AgentStudio',
			details: { code: 'blocked', message: text, blocked: true },
		}),
	},
	{
		pattern: /^\s*The system is busy, please try again later/i,
		info: (text) => ({
			message: 'Cybertron is busy',
			description:
				'Try again later, for example with Retry On Fail. Some robots answer over WebSocket while HTTP stays busy: see the Transport option of Dialog',
			details: { code: 'busy', message: text, retryable: true },
			failure: TRY_LATER,
		}),
	},
];

/** The error that a complete text stands for, if it is one. */
export function errorInText(text: string): ErrorInfo | undefined {
	if (text.length > MAX_ERROR_CHARACTERS) return undefined;
	for (const { pattern, info } of ERROR_TEXTS) {
		const match = pattern.exec(text);
		if (match) return info(text, match);
	}
	return undefined;
}

const UNKNOWN_ROBOT =
	/robot (?:does not|doesn't|not) exist|机器人不存在|unauthori[sz]ed|authentication/i;

/** The error that a code other than {@link SUCCESS} stands for. */
export function errorOfCode(code: string, message: string): ErrorInfo {
	const details = { code, message };
	if (UNKNOWN_ROBOT.test(message)) {
		return {
			message: 'Cybertron does not know this robot',
			description:
				'Check robot key and token in the credential, and that the robot is published for API calls',
			details,
			failure: { cause: 'credential-invalid' },
		};
	}
	const inText = errorInText(message);
	if (inText) return { ...inText, details: { ...inText.details, code } };
	const text = `Cybertron answered with code ${code}${message ? `: ${message}` : ''}`;
	if (/^0*5/.test(code)) {
		return {
			message: text,
			description: 'The server could not process the request; try again later',
			details: { ...details, retryable: true },
			failure: TRY_LATER,
		};
	}
	return {
		message: text,
		description:
			'Check the values of this node. Wrong credentials are reported like this as well: check robot key and token',
		details,
	};
}

/** What stands in the place of a message and says nothing. */
const EMPTY_MESSAGES = new Set(['', 'success', 'error', 'fail', 'failed', 'failure']);

/** What a failure says: its message, which may be "success" all the same, or else a text in its data. */
export function errorText(message: string, inData: string): string {
	const word = message.trim().toLowerCase();
	if (!EMPTY_MESSAGES.has(word)) return message;
	return inData || (word === 'success' ? '' : message);
}

type StatusAdvice = Pick<ErrorInfo, 'description' | 'failure'>;

/** HTTP statuses that a proxy or gateway gives in the place of the server. */
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

function statusAdvice(status: number): StatusAdvice {
	if (STATUS_ADVICE[status]) return STATUS_ADVICE[status];
	if (status >= 500) {
		return {
			description: 'The server could not process the request; try again later',
			failure: TRY_LATER,
		};
	}
	return {
		description:
			'Check the Base URL in the credential, and that proxies on the way let WebSockets through',
	};
}

function retryable(status: number): ErrorInfo['details'] {
	return status === 429 || status >= 500 ? { retryable: true } : {};
}

/** A redirect, which is not followed: a POST would lose its body. */
export function redirectError(status: number, location?: string): ErrorInfo {
	return redirectInfo(status, location, 'that host');
}

/** A response with an HTTP error whose page says nothing that Cybertron would say. */
export function statusError({ status, body }: HttpResponse<string>): ErrorInfo {
	return {
		message: `The server answered with HTTP ${status}`,
		...statusAdvice(status),
		details: retryable(status),
		page: body,
	};
}

/** A response that is neither an error nor Cybertron's. */
export function foreignResponse({ status, body }: HttpResponse<string>): ErrorInfo {
	return {
		message: `The response is not from a Cybertron server (HTTP ${status})`,
		description:
			'Check the Base URL in the credential. A proxy in between may have responded instead',
		page: body,
	};
}

/** Whatever kept a WebSocket from opening. */
export function connectError(error: unknown): ChatflowError {
	if (error instanceof HandshakeRefused) {
		return new ChatflowError(refusedInfo(error), { status: error.statusCode });
	}
	if (!(error instanceof AddressForbidden)) return networkError('Cybertron', error);
	return new ChatflowError({
		message: 'n8n does not allow connections to this address',
		description: `Ask the administrator of this n8n to allow it, or check the Base URL in the credential. ${error.message}`,
		failure: { cause: 'configuration-invalid' },
	});
}

function refusedInfo({ statusCode: status, body, location }: HandshakeRefused): ErrorInfo {
	if (status >= 300 && status < 400) return redirectError(status, location);
	const nothingThere = {
		description: 'Check the Base URL in the credential: Cybertron is not there',
	};
	return {
		message: `The Cybertron server refused the WebSocket connection (HTTP ${status})`,
		...(status === 404 ? nothingThere : statusAdvice(status)),
		httpCode: String(status),
		details: retryable(status),
		page: body,
	};
}
