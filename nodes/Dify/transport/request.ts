import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { Problem } from '../../shared/errors';
import { problemError, redactProblem } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import type { ApiContext } from '../../shared/operation';
import type { HttpAnswer } from '../../shared/transport/http';
import { networkProblem, NoAnswer, sendRequest } from '../../shared/transport/http';
import { answerProblem } from './problems';

const CREDENTIAL = 'difyApi';
const DEFAULT_TIMEOUT_MS = 120_000;

export interface DifyCall extends Pick<IHttpRequestOptions, 'method' | 'qs' | 'headers' | 'body'> {
	/** Path below the base URL; ids in it are already encoded, see {@link difyPath}. */
	path: string;
	/** Milliseconds without a sign of life. */
	timeoutMs?: number;
}

/** A path with its ids encoded: ``difyPath`/conversations/${id}/name` ``. */
export function difyPath(parts: TemplateStringsArray, ...ids: unknown[]): string {
	return parts.reduce((path, part, i) => path + encodeURIComponent(String(ids[i - 1])) + part);
}

/**
 * Calls one endpoint that answers with JSON.
 *
 * @returns The parsed body; an empty object when the body is empty (204).
 * @throws NodeApiError when the server cannot be reached, answers with an error, or not with JSON.
 */
export async function difyRequest(
	context: ApiContext,
	itemIndex: number,
	call: DifyCall,
): Promise<unknown> {
	const answer = await difySend<string>(context, itemIndex, call, 'text');
	if (answer.status >= 400) throw await difyError(context, itemIndex, answerProblem(answer));
	if (!answer.body) return {};
	const body = tryParseJson(answer.body);
	if (body === undefined) throw await difyError(context, itemIndex, answerProblem(answer));
	return body;
}

/** Sends one request and gives the answer of any status, its body in the wanted form. */
export async function difySend<Body>(
	context: ApiContext,
	itemIndex: number,
	{ path, timeoutMs, ...request }: DifyCall,
	encoding: NonNullable<IHttpRequestOptions['encoding']>,
): Promise<HttpAnswer<Body>> {
	try {
		return await sendRequest<Body>(context, CREDENTIAL, {
			...request,
			url: path,
			encoding,
			timeout: timeoutMs ?? DEFAULT_TIMEOUT_MS,
		});
	} catch (error) {
		throw await difyError(context, itemIndex, thrownProblem(error));
	}
}

/** A thrown value as a problem in words. */
export function thrownProblem(error: unknown): Problem {
	if (error instanceof NoAnswer) return networkProblem('Dify', error.code, error.message);
	const { code, message } = error as { code?: unknown; message?: unknown };
	return networkProblem('Dify', String(code ?? 'UNKNOWN'), String(message ?? error));
}

/** Makes the n8n error of a problem, with the API key blanked. */
export async function difyError(context: ApiContext, itemIndex: number, problem: Problem) {
	// Poll and load-options contexts take no item index and ignore it.
	const getCredentials = context.getCredentials as (
		type: string,
		itemIndex: number,
	) => Promise<ICredentialDataDecryptedObject>;
	const { apiKey } = await getCredentials.call(context, CREDENTIAL, itemIndex);
	const clean = redactProblem(problem, [String(apiKey ?? '').trim()]);
	return problemError(context.getNode(), clean, itemIndex);
}
