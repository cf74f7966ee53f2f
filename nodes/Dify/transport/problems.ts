import type { FailureCause, Problem } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import type { HttpAnswer } from '../../shared/transport/http';

interface Advice {
	message: string;
	description: string;
	failure?: FailureCause;
}

const LATER = 'Try again later';

/** What the API's codes mean for the user and what to do about them (specification, facts 3.8). */
const ADVICE_BY_CODE: Record<string, Advice> = {
	unauthorized: {
		message: 'Dify does not accept the API key',
		description:
			'Check the API key in the credential: it must be a key of this app, from its API Access page',
		failure: { cause: 'credential-invalid' },
	},
	app_unavailable: {
		message: 'The Dify app is not available',
		description: 'Publish the app in Dify and check its configuration',
		failure: { cause: 'configuration-invalid' },
	},
	not_chat_app: {
		message: 'The API key belongs to an app of another kind',
		description: 'Use the key of a Chatflow app in the credential',
		failure: { cause: 'configuration-invalid' },
	},
	provider_not_initialize: {
		message: 'The model of the Dify app has no valid credentials',
		description:
			'Complete the credentials of the model provider in Dify under Settings > Model Provider',
		failure: { cause: 'configuration-invalid' },
	},
	provider_quota_exceeded: {
		message: 'The quota of the model provider is used up',
		description: 'Add quota, or another model provider, in Dify under Settings > Model Provider',
		failure: { cause: 'quota-exhausted' },
	},
	model_currently_not_support: {
		message: 'The Dify app cannot use its model at present',
		description: 'Choose another model in the app, or complete the provider credentials in Dify',
	},
	completion_request_error: {
		message: 'The model did not answer',
		description: 'Look at the message of the model below, and at the run log in Dify',
	},
	conversation_completed: {
		message: 'The conversation has ended',
		description: 'Start a new one: leave Conversation ID empty',
	},
	too_many_requests: {
		message: 'Dify is working on too many requests of this app',
		description: 'Lower Concurrency, or try again later',
		failure: { cause: 'rate-limited' },
	},
	rate_limit_error: {
		message: 'The request limit of the Dify plan or of the model provider is reached',
		description: 'Wait until the limit is renewed, or raise it; trying again at once does not help',
		failure: { cause: 'quota-exhausted' },
	},
	internal_server_error: {
		message: 'Dify had a fault while working on the request',
		description: `${LATER}, and look at the server's log if it stays`,
		failure: { cause: 'temporarily-unavailable' },
	},
};

const ADVICE_BY_STATUS: Record<string, Advice> = {
	'401': ADVICE_BY_CODE.unauthorized as Advice,
	'403': {
		message: 'Dify does not allow this call',
		description: 'Check that API access of the app is on and the workspace is active',
	},
	'404': {
		message: 'Dify does not know what was asked for',
		description:
			'Check the IDs, and that User is the one who created the record. Older Dify versions lack some calls; a wrong Base URL has the same effect',
	},
	'429': ADVICE_BY_CODE.too_many_requests as Advice,
	'504': {
		message: 'A proxy in front of Dify gave up waiting; the run may still be going on',
		description:
			'Set Response Mode to Streaming, and look for the answer with Conversation > Get Messages',
	},
};
const CUT_OFF = ADVICE_BY_STATUS['504'] as Advice;

/** The failure that an answer stands for: a status from 400 up, or a body that is not Dify's. */
export function answerProblem({ status, body }: HttpAnswer<string>): Problem {
	const json = asObject(tryParseJson(body));
	const code = asText(json.code);
	const text = asText(json.message);
	return apiProblem({ status: String(status), code, message: text ?? startOf(body) });
}

/** A failure by the API's own code, else by the HTTP status, in words. */
export function apiProblem(failure: { status?: string; code?: string; message: string }): Problem {
	const { status = '', code, message } = failure;
	const advice =
		(code === undefined ? undefined : ADVICE_BY_CODE[code]) ??
		(status === '524' ? CUT_OFF : ADVICE_BY_STATUS[status]) ??
		unknownAdvice(status);
	return {
		message:
			code && !ADVICE_BY_CODE[code] && message ? `${advice.message}: ${message}` : advice.message,
		description: advice.description,
		httpCode: status || undefined,
		details: { code: code ?? null, message, ...(status ? { status: Number(status) } : {}) },
		failure: advice.failure,
	};
}

function unknownAdvice(status: string): Advice {
	if (status.startsWith('5')) {
		return {
			message: `The Dify server cannot answer at present (HTTP ${status})`,
			description: LATER,
			failure: { cause: 'temporarily-unavailable' },
		};
	}
	return {
		message: status.startsWith('4')
			? 'Dify did not accept the request'
			: 'The server did not answer as Dify does',
		description: status.startsWith('4')
			? 'Look at the message of Dify below and correct the values of this node'
			: 'Check the Base URL in the credential: it is shown on the API Access page of the app',
	};
}

function startOf(body: unknown): string {
	return String(body ?? '')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, 300);
}
