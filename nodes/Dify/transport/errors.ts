import type { ErrorInfo } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/values';
import type { Advice } from './advice';
import { ADVICE_BY_CODE } from './advice';
import { readableMessage } from './validationMessage';

/** An error in the API's own words. */
export interface ApiError {
	/** HTTP status. */
	status?: string;
	code?: string;
	message: string;
	/** Whether it came as an `error` event: its status is only what the server thinks of it. */
	inStream?: boolean;
}

/** What errors mean that a part of the API has for itself, or that mean something else there. */
export interface SpecialAdvice {
	byCode: ReadonlyMap<string, Advice>;
	byMessage: MessageAdvice[];
}

/** What an error means that only its message tells from others of the same code. */
interface MessageAdvice {
	test: RegExp;
	advice: Advice;
}

/** The error that a response stands for: a status from 400 up, or a body that is not Dify's. */
export function responseError(
	{ status, body }: HttpResponse<string>,
	special?: SpecialAdvice,
): ErrorInfo {
	const json = asObject(tryParseJson(body));
	const told = asText(json.error);
	const said = asText(json.message) ?? told;
	// The calls for chunks give no code when they reject a value.
	const code = asText(json.code) ?? (told && status === 400 ? 'invalid_param' : undefined);
	const error = apiError({ status: String(status), code, message: said ?? '' }, special);
	const isPage = said === undefined && code === undefined && body !== '';
	return isPage ? { ...error, page: body } : error;
}

/** What servers put before the reason of a failed run. */
const RUN_FAILED = 'Run failed: ';

/** An error by the API's own code, else by the HTTP status, in words. */
export function apiError(error: ApiError, special?: SpecialAdvice): ErrorInfo {
	const { status = '', code } = error;
	const message = withoutRoutes(error.message);
	if (message.startsWith(RUN_FAILED)) {
		return failedRunError(message.slice(RUN_FAILED.length), error);
	}
	const known = isCeiling(error)
		? ADVICE_BY_CODE.get('too_many_requests')
		: (byMessage(message, special?.byMessage) ?? byMessage(message, ADVICE_BY_MESSAGE));
	const advice = known ?? specialAdvice(error, special) ?? adviceFor(error);
	const needsMessage = !known && message !== '' && saysTooLittle(error, advice, special);
	return {
		message: needsMessage ? `${advice.message}: ${readableMessage(message)}` : advice.message,
		description: advice.description,
		httpCode: status || undefined,
		details: { code: code ?? null, message, ...statusDetail(status) },
		failure: advice.failure,
	};
}

/** What the web framework adds to a 404: other addresses of the server. */
const ROUTES = 'You have requested this URI [';

function withoutRoutes(message: string): string {
	const at = message.indexOf(ROUTES);
	return at < 0 ? message : message.slice(0, at).trimEnd();
}

/**
 * Whether the app's ceiling of concurrent requests refused a request before anything ran. Servers say
 * so as 400 `invalid_param` (SERVER.md, "Errors and status codes"), in their source as 429.
 */
export function isCeiling({ code, message }: { code?: unknown; message?: unknown }): boolean {
	if (code === 'too_many_requests') return true;
	return code === 'invalid_param' && CEILING.test(String(message));
}

const CEILING = /^Too many requests\. Please try again later/i;

/** A run that failed because of one of its nodes. */
export function failedRunError(
	reason: string,
	{ status = '', code }: Partial<ApiError> = {},
): ErrorInfo {
	return {
		message: `The Dify workflow failed: ${reason}`,
		description: 'Check the run in the log of the Dify app: it shows the node that failed',
		httpCode: status || undefined,
		details: { code: code ?? 'workflow_failed', message: reason, ...statusDetail(status) },
	};
}

function statusDetail(status: string) {
	return status ? { status: Number(status) } : {};
}

/** What Agent apps answer to a blocking call; the newest say "Agent App". */
export const BLOCKING_REFUSED: ApiError = {
	status: '400',
	code: 'invalid_param',
	message: 'Agent Chat App does not support blocking mode',
};

const ADVICE_BY_MESSAGE: MessageAdvice[] = [
	{
		test: /^agent (chat )?app does not support blocking mode/i,
		advice: {
			message: 'Agent apps do not know blocking mode',
			description: 'Set Response Mode to Streaming: the node gives one item all the same',
		},
	},
	{
		test: /^conversation not exists/i,
		advice: {
			message: 'Dify does not know this conversation',
			description:
				'Check the ID of the conversation, and that User is the one who started it: nobody else can use it. To start a new one in Chat > Send, leave Conversation ID empty',
		},
	},
	{
		test: /^workflow not published/i,
		advice: {
			message: 'The Dify app is not published',
			description: 'Publish the app in Dify: only its published version can be called',
			failure: { cause: 'configuration-invalid' },
		},
	},
	{
		test: /^agent (chat )?app does not support blocking mode/i,
		advice: {
			message: 'Agent apps do not know blocking mode',
			description: 'Set Response Mode to Streaming: the node gives one item all the same',
		},
	},
	{
		test: /^(workflow not found with id|invalid workflow_id format|cannot use draft workflow)/i,
		advice: {
			message: 'Dify does not know this version of the app',
			description:
				'Check the option Workflow ID: it is the workflow_id of a run of that version, which has to be published. Leave it empty to run the latest version',
		},
	},
	{
		test: /^message not exists/i,
		advice: {
			message: 'Dify does not know this message',
			description:
				'Check the ID of the message, and that User is the one who sent it: nobody else can see it',
		},
	},
	{
		test: /^(file validation failed|detected file type does not match)/i,
		advice: {
			message: 'The Dify app does not take a file of this kind',
			description:
				'Check the Type of the file in this node, and in Dify which kinds of files the app, or its input variable, takes',
		},
	},
	{
		test: /^number of (image )?files exceeds/i,
		advice: {
			message: 'The Dify app does not take so many files',
			description: 'Send fewer files, or raise the limit in the settings of the app in Dify',
		},
	},
	{
		test: /invalid upload file/i,
		advice: {
			message: 'Dify does not know the uploaded file',
			description:
				'Check the ID of the file, and that User is the one who uploaded it: nobody else can use it',
		},
	},
];

/** Statuses that mean what a code means. */
const CODE_BY_STATUS: ReadonlyMap<string, string> = new Map([
	['401', 'unauthorized'],
	['403', 'forbidden'],
	['413', 'file_too_large'],
	['415', 'unsupported_file_type'],
	['429', 'too_many_requests'],
]);

const PROXY_TIMEOUT: Advice = {
	message: 'A proxy in front of Dify timed out; the run may still be in progress',
	description:
		'Set Response Mode to Streaming. Before sending it again, look for the answer with Conversation > Get Messages, of a Workflow app with Workflow Run > Get Logs',
	failure: { cause: 'temporarily-unavailable' },
};

const ADVICE_BY_STATUS: ReadonlyMap<string, Advice> = new Map([
	[
		'404',
		{
			message: 'The server does not have this endpoint',
			description:
				'Check the Base URL in the credential: it is shown on the API Access page of the app and usually ends with /v1. Then check the IDs in this node: Dify responds like this to an ID that is not a UUID such as 2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e. If both are right, the Dify server may be too old for this operation (Human Input needs 1.14, End User 1.13)',
		},
	],
	['504', PROXY_TIMEOUT],
	['524', PROXY_TIMEOUT],
]);

/** An `error` event without a code: an exception of the worker that runs the app. */
const WORKER_ADVICE: Advice = {
	message: 'Dify could not process the message',
	description:
		'See the message from Dify and the log of the app. Typical causes are wrong inputs or files, and models without credentials',
};

function byMessage(message: string, table: MessageAdvice[] = []): Advice | undefined {
	return table.find(({ test }) => test.test(message))?.advice;
}

function specialAdvice({ status = '', code }: ApiError, special?: SpecialAdvice) {
	return special?.byCode.get(code ?? CODE_BY_STATUS.get(status) ?? status);
}

function adviceFor({ status = '', code = '', inStream }: ApiError): Advice {
	const known = ADVICE_BY_CODE.get(code);
	if (known) return known;
	if (inStream) return WORKER_ADVICE;
	const sameAs = CODE_BY_STATUS.get(status) ?? '';
	return ADVICE_BY_CODE.get(sameAs) ?? ADVICE_BY_STATUS.get(status) ?? generalAdvice(status);
}

function generalAdvice(status: string): Advice {
	if (status.startsWith('5')) {
		return {
			message: `The Dify server returned an error (HTTP ${status})`,
			description:
				'Try again later. A message that was sent may have reached the server nevertheless',
			failure: { cause: 'temporarily-unavailable' },
		};
	}
	if (status.startsWith('4')) {
		return {
			message: 'Dify did not accept the request',
			description: 'See the message from Dify and correct the values of this node',
		};
	}
	return {
		message: 'The response is not from a Dify API',
		description:
			'Check the Base URL in the credential: it is shown on the API Access page of the app',
	};
}

/** The message of a response without a code is the text of a proxy's page: it adds nothing. */
function saysTooLittle(
	{ code, inStream }: ApiError,
	{ isVague }: Advice,
	special?: SpecialAdvice,
): boolean {
	if (code === undefined) return inStream === true;
	const isKnown = ADVICE_BY_CODE.has(code) || special?.byCode.has(code) === true;
	return isVague === true || !isKnown;
}
