import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Problem } from '../../shared/errors';
import { problemError, redactProblem } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import type { ApiContext } from '../../shared/operation';
import type { HttpAnswer } from '../../shared/transport/http';
import { networkProblem, NoAnswer, sendRequest } from '../../shared/transport/http';
import type { Multipart } from '../../shared/transport/multipart';
import { wait } from '../../shared/transport/wait';
import { answerProblem } from './problems';
import type { FailedTry } from './retry';
import { retryDelayMs } from './retry';

const CREDENTIAL = 'difyApi';
const DEFAULT_TIMEOUT_MS = 120_000;
const ERROR_PAGE_LIMIT = 20_000;
const ERROR_PAGE_MS = 10_000;

export interface DifyCall extends Pick<IHttpRequestOptions, 'method' | 'qs' | 'headers' | 'body'> {
	/** Path below the base URL; ids in it are already encoded, see {@link difyPath}. */
	path: string;
	/** Milliseconds without a sign of life. */
	timeoutMs?: number;
}

/** A call whose body can be sent only once, such as a file's stream: it is made anew for every try. */
export interface DifyUpload extends Omit<DifyCall, 'body'> {
	form: () => Promise<Multipart>;
}

/** A body that arrives bit by bit. */
export type ByteStream = AsyncIterable<Uint8Array> & { destroy(): unknown };

/**
 * A path with its ids encoded: ``difyPath`/conversations/${id}/name` ``.
 *
 * @throws Error for `.` and `..`: even encoded, they would lead to the address of another call.
 */
export function difyPath(parts: TemplateStringsArray, ...ids: unknown[]): string {
	return parts.reduce((path, part, i) => path + pathSegment(String(ids[i - 1])) + part);
}

function pathSegment(id: string): string {
	if (id === '.' || id === '..') throw new Error(`"${id}" is not an ID`);
	return encodeURIComponent(id);
}

/**
 * Calls one endpoint that answers with JSON; tries again what is safe to ({@link retryDelayMs}).
 *
 * @returns The parsed body; an empty object when the body is empty (204).
 * @throws NodeApiError when the server cannot be reached, answers with an error, or not with JSON.
 */
export async function difyRequest(
	context: ApiContext,
	itemIndex: number,
	call: DifyCall | DifyUpload,
): Promise<unknown> {
	const answer = await difyAnswer<string>(context, itemIndex, call, 'text');
	if (!answer.body) return {};
	const body = tryParseJson(answer.body);
	if (body === undefined) throw await difyError(context, itemIndex, answerProblem(answer));
	return body;
}

/**
 * Calls one endpoint and gives its answer, whose body may be anything; tries again what is safe to.
 *
 * @throws NodeApiError when the server cannot be reached or answers with an error.
 */
export async function difyAnswer<Body extends string | ByteStream>(
	context: ApiContext,
	itemIndex: number,
	call: DifyCall | DifyUpload,
	encoding: NonNullable<IHttpRequestOptions['encoding']>,
): Promise<HttpAnswer<Body>> {
	for (let tries = 1; ; tries++) {
		const outcome = await tryOnce<Body>(context, call, encoding);
		if ('answer' in outcome) return outcome.answer;
		const delayMs = retryDelayMs(call.method ?? 'GET', outcome.failed, tries);
		if (delayMs === undefined) throw await difyError(context, itemIndex, outcome.problem);
		await wait(delayMs, cancelSignal(context));
		if (cancelSignal(context)?.aborted) throw await difyError(context, itemIndex, CANCELLED);
	}
}

type Outcome<Body> = { answer: HttpAnswer<Body> } | { problem: Problem; failed: FailedTry };

const CANCELLED = networkProblem('Dify', 'ERR_CANCELED', 'canceled');

async function tryOnce<Body extends string | ByteStream>(
	context: ApiContext,
	call: DifyCall | DifyUpload,
	encoding: NonNullable<IHttpRequestOptions['encoding']>,
): Promise<Outcome<Body>> {
	const form = 'form' in call ? await call.form() : undefined;
	try {
		const answer = await send<Body>(context, form ? { ...call, body: form.body } : call, encoding);
		if (answer.status < 300) return { answer };
		return await refusal(answer);
	} catch (error) {
		const network = error instanceof NoAnswer ? error.code : undefined;
		return { problem: thrownProblem(error), failed: { network } };
	} finally {
		form?.dispose();
	}
}

async function refusal(answer: HttpAnswer<string | ByteStream>): Promise<Outcome<never>> {
	const body = typeof answer.body === 'string' ? answer.body : await startOfText(answer.body);
	const code = asText(asObject(tryParseJson(body)).code);
	return {
		problem: refusalProblem({ ...answer, body }),
		failed: { status: answer.status, code },
	};
}

/** Sends one request, once, and gives the answer of any status; its body in the wanted form. */
export async function difySend<Body>(
	context: ApiContext,
	itemIndex: number,
	call: DifyCall,
	encoding: NonNullable<IHttpRequestOptions['encoding']>,
): Promise<HttpAnswer<Body>> {
	try {
		return await send<Body>(context, call, encoding);
	} catch (error) {
		throw await difyError(context, itemIndex, thrownProblem(error));
	}
}

/**
 * Redirects are not followed: the API has none, n8n would turn a POST into a GET on the way and
 * keep a copy of every upload for it. {@link refusalProblem} says where the server pointed to.
 */
async function send<Body>(
	context: ApiContext,
	{ path, timeoutMs, method, qs, headers, body }: DifyCall,
	encoding: NonNullable<IHttpRequestOptions['encoding']>,
): Promise<HttpAnswer<Body>> {
	return await sendRequest<Body>(context, CREDENTIAL, {
		method: method ?? 'GET',
		url: path,
		qs,
		headers,
		body,
		encoding,
		timeout: timeoutMs ?? DEFAULT_TIMEOUT_MS,
		disableFollowRedirect: true,
	});
}

/** The failure that an answer of status 300 and up stands for. */
export function refusalProblem(answer: HttpAnswer<string>): Problem {
	const target = answer.headers.location;
	if (answer.status >= 400 || !target) return answerProblem(answer);
	return {
		message: 'The Base URL points to another address',
		description: `The server redirects to ${target.split('?')[0]}. Put that address, up to /v1, into the Base URL of the credential`,
		httpCode: String(answer.status),
		details: { status: answer.status },
		failure: { cause: 'configuration-invalid' },
	};
}

/** The beginning of a streamed text, as far as it comes in time; an error page may be long. */
export async function startOfText(stream: ByteStream): Promise<string> {
	const decoder = new TextDecoder();
	const done = new AbortController();
	let text = '';
	const read = async () => {
		for await (const chunk of stream) {
			text += decoder.decode(chunk, { stream: true });
			if (text.length > ERROR_PAGE_LIMIT) break;
		}
	};
	const reading = read().then(
		() => done.abort(),
		() => done.abort(),
	);
	await Promise.race([reading, wait(ERROR_PAGE_MS, done.signal)]);
	stream.destroy();
	return text;
}

/** A thrown value as a problem in words. */
export function thrownProblem(error: unknown): Problem {
	if (error instanceof NoAnswer) return networkProblem('Dify', error.code, error.message);
	const { code, message } = error as { code?: unknown; message?: unknown };
	return networkProblem('Dify', String(code ?? 'UNKNOWN'), String(message ?? error));
}

/** The signal that fires when the user stops the execution; the editor's look-ups have none. */
export function cancelSignal(context: ApiContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** What n8n's HTTP client leaves out of a header: the server gets, and may repeat, a key without it. */
const NOT_IN_HEADERS = /[^\x20-\x7e\x80-\xff]/g;

/** Makes the n8n error of a problem, with the API key blanked. */
export async function difyError(context: ApiContext, itemIndex: number, problem: Problem) {
	// Poll and load-options contexts take no item index and ignore it.
	const getCredentials = context.getCredentials as (
		type: string,
		itemIndex: number,
	) => Promise<ICredentialDataDecryptedObject>;
	const { apiKey } = await getCredentials.call(context, CREDENTIAL, itemIndex);
	const key = String(apiKey ?? '').trim();
	const clean = redactProblem(problem, [key, key.replace(NOT_IN_HEADERS, '')]);
	return problemError(context.getNode(), clean, itemIndex);
}
