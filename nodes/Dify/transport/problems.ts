import type { Problem } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import type { HttpAnswer } from '../../shared/transport/http';
import {
	ADVICE_BY_CODE,
	ADVICE_BY_MESSAGE,
	ADVICE_BY_STATUS,
	generalAdvice,
	WORKER_ADVICE,
} from './advice';
import type { Advice } from './advice';
import { readableMessage } from './pydantic';

/** A failure in the API's own words. */
export interface ApiFailure {
	/** HTTP status. */
	status?: string;
	code?: string;
	message: string;
	/** Whether it came as an `error` event: its status is only what the server thinks of it. */
	inStream?: boolean;
}

/** The failure that an answer stands for: a status from 400 up, or a body that is not Dify's. */
export function answerProblem({ status, body }: HttpAnswer<string>): Problem {
	const json = asObject(tryParseJson(body));
	const text = asText(json.message) ?? (asText(json.code) ? '' : startOf(body));
	return apiProblem({ status: String(status), code: asText(json.code), message: text });
}

/** A failure by the API's own code, else by the HTTP status, in words. */
export function apiProblem(failure: ApiFailure): Problem {
	const { status = '', code, message } = failure;
	const reason = /^Run failed: ([^]*)$/.exec(message)?.[1];
	if (reason !== undefined) return failedRun(reason, failure);
	const advice = adviceFor(failure);
	return {
		message: tellsMore(failure) ? `${advice.message}: ${readableMessage(message)}` : advice.message,
		description: advice.description,
		httpCode: status || undefined,
		details: { code: code ?? null, message, ...statusDetail(status) },
		failure: advice.failure,
	};
}

/** A run that ended because of one of its nodes. */
export function failedRun(
	reason: string,
	{ status = '', code }: Partial<ApiFailure> = {},
): Problem {
	return {
		message: `The Dify workflow failed: ${reason}`,
		description: 'Look at the run in the log of the Dify app, it shows the node that failed',
		httpCode: status || undefined,
		details: { code: code ?? 'workflow_failed', message: reason, ...statusDetail(status) },
	};
}

function statusDetail(status: string) {
	return status ? { status: Number(status) } : {};
}

/** What is told by the server's sentence, not by its code. */
function adviceInWords(message: string): Advice | undefined {
	return ADVICE_BY_MESSAGE.find(({ pattern }) => pattern.test(message))?.advice;
}

function adviceFor({ status = '', code, message, inStream }: ApiFailure): Advice {
	const told = adviceInWords(message);
	if (told) return told;
	const known = code === undefined ? undefined : ADVICE_BY_CODE[code];
	if (known) return known;
	if (inStream) return WORKER_ADVICE;
	return ADVICE_BY_STATUS[status] ?? generalAdvice(status);
}

/** Codes whose meaning the user knows only with the server's own sentence. */
const VAGUE = new Set([
	'invalid_param',
	'bad_request',
	'not_found',
	'forbidden',
	'completion_request_error',
	'model_currently_not_support',
	'invalid_form_data',
]);

function tellsMore({ code, message, inStream }: ApiFailure): boolean {
	if (message === '' || adviceInWords(message)) return false;
	if (code === undefined) return inStream === true;
	return VAGUE.has(code) || !ADVICE_BY_CODE[code];
}

function startOf(body: unknown): string {
	return String(body ?? '')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, 300);
}
