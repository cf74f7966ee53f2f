import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import type { Problem } from '../../shared/errors';
import { problemError, redactProblem } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asText, isObject } from '../../shared/objects';
import type { ApiContext } from '../../shared/operation';
import type { HttpAnswer } from '../../shared/transport/http';
import { networkProblem, NoAnswer, sendRequest } from '../../shared/transport/http';
import type { Multipart } from '../../shared/transport/multipart';
import { wait } from '../../shared/transport/wait';
import { failureInText, failureOfCode, failureText } from '../stream/failure';
import { sixDigits } from '../stream/frame';
import { redirected, statusProblem, strangerProblem } from './problems';
import type { FailedTry } from './retry';
import { retryDelayMs } from './retry';
import { secretCleaner } from './secrets';

const CREDENTIAL = 'cybertronApi';
const SUCCESS = '000000';

/** The user stopped the execution. */
export const CANCELLED = networkProblem('Cybertron', 'ERR_CANCELED', 'canceled');

export interface CybertronCall extends Pick<IHttpRequestOptions, 'method' | 'qs' | 'headers'> {
	/** Path with its closing slash: a redirect would lose the body of a POST (facts 1.1). */
	path: string;
	body?: IDataObject;
	/** A body that can be sent only once, such as a file's stream: it is made anew for every try. */
	form?: () => Promise<Multipart>;
	/** Milliseconds without a sign of life. */
	timeoutMs: number;
	/** Whether the call only reads, so that it may be repeated after a passing failure. */
	safe?: boolean;
}

/** The credential as the calls need it. */
export async function cybertronCredentials(
	context: ApiContext,
	itemIndex: number,
): Promise<ICredentialDataDecryptedObject> {
	// Poll and load-options contexts take no item index and ignore it.
	return await (
		context.getCredentials as (
			type: string,
			itemIndex: number,
		) => Promise<ICredentialDataDecryptedObject>
	).call(context, CREDENTIAL, itemIndex);
}

/** What must never show in an error or an item of this credential. */
async function cybertronSecrets(context: ApiContext, itemIndex: number): Promise<string[]> {
	const { robotKey, robotToken } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	return [robotKey, robotToken];
}

/**
 * Calls one HTTP endpoint and gives the `data` of its envelope (facts 2), without secrets that the
 * server may have echoed. An answer without envelope is given as it is, a bare list as `{ list }`
 * (T30).
 *
 * @throws NodeApiError when the server cannot be reached, answers with an HTTP error, with something
 * other than JSON, or with a code other than 000000.
 */
export async function cybertronRequest(
	context: ApiContext,
	itemIndex: number,
	call: CybertronCall,
): Promise<IDataObject> {
	for (let tries = 1; ; tries++) {
		const { data, problem, failed } = await tryOnce(context, itemIndex, call);
		if (data) return data;
		const delayMs = retryDelayMs(call.safe === true, failed, tries);
		if (delayMs === undefined) throw await cybertronError(context, itemIndex, problem);
		const waited = await wait(delayMs, cancelSignal(context));
		if (!waited) throw await cybertronError(context, itemIndex, CANCELLED);
	}
}

type Outcome =
	| { data: IDataObject; problem?: undefined; failed?: undefined }
	| { data?: undefined; problem: Problem; failed: FailedTry };

async function tryOnce(
	context: ApiContext,
	itemIndex: number,
	call: CybertronCall,
): Promise<Outcome> {
	const form = await call.form?.();
	try {
		const answer = await send(context, call, form);
		const clean = secretCleaner(await cybertronSecrets(context, itemIndex));
		const body = clean(answer.body, tryParseJson(answer.body));
		return judge({ ...answer, body: clean(answer.body, answer.body) }, body);
	} catch (error) {
		const network = error instanceof NoAnswer ? error.code : '';
		return { problem: thrownProblem(error), failed: { network } };
	} finally {
		form?.dispose();
	}
}

/**
 * Redirects are not followed: the API has none, n8n would turn a POST into a GET on the way, and
 * would keep a copy of every upload for it.
 */
async function send(
	context: ApiContext,
	{ path, timeoutMs, method, qs, headers, body }: CybertronCall,
	form?: Multipart,
): Promise<HttpAnswer<string>> {
	return await sendRequest<string>(context, CREDENTIAL, {
		method,
		qs,
		headers,
		body: form?.body ?? body,
		url: path,
		encoding: 'text',
		timeout: timeoutMs,
		disableFollowRedirect: true,
	});
}

/** What an answer means, whose body parsed is `body`. */
function judge(answer: HttpAnswer<string>, body: unknown): Outcome {
	const failed = { status: answer.status, retryAfter: answer.headers['retry-after'] };
	const problem = redirected(answer) ?? bodyProblem(answer, body);
	if (problem) return { problem: { ...problem, httpCode: String(answer.status) }, failed };
	if (Array.isArray(body)) return { data: { list: body as IDataObject[] } };
	const { code, data } = body as IDataObject;
	if (code === undefined) return { data: body as IDataObject };
	// The data may be the JSON text of an object (T23).
	const parsed = typeof data === 'string' ? tryParseJson(data) : data;
	if (isObject(parsed)) return { data: parsed };
	return { data: Array.isArray(parsed) ? { list: parsed } : { data } };
}

function bodyProblem(answer: HttpAnswer<string>, body: unknown): Problem | undefined {
	if (typeof body !== 'object' || body === null) {
		return answer.status >= 400 ? statusProblem(answer) : strangerProblem(answer);
	}
	const { code: given, message, msg, data } = body as IDataObject;
	const code = sixDigits(given);
	const told = asText(message) ?? asText(msg) ?? '';
	if (code !== SUCCESS) return failureOfCode(code, failureText(told, asText(data) ?? ''));
	return answer.status >= 400 ? statusProblem(answer) : failureInText(told);
}

/** A thrown value as a problem in words. */
export function thrownProblem(error: unknown): Problem {
	if (error instanceof NoAnswer) return networkProblem('Cybertron', error.code, error.message);
	const { code, message } = error as { code?: unknown; message?: unknown };
	return networkProblem('Cybertron', String(code ?? 'UNKNOWN'), String(message ?? error));
}

/** The signal that fires when the user stops the execution; polls and the editor's look-ups have none. */
export function cancelSignal(context: ApiContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** Makes the n8n error of a problem, with the credential's secrets blanked. */
export async function cybertronError(context: ApiContext, itemIndex: number, problem: Problem) {
	const secrets = await cybertronSecrets(context, itemIndex);
	return problemError(context.getNode(), redactProblem(problem, secrets), itemIndex);
}
