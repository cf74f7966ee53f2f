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
import { failureOfCode } from '../stream/failure';
import { sixDigits } from '../stream/frame';

const CREDENTIAL = 'cybertronApi';
const SUCCESS = '000000';

export interface CybertronCall extends Pick<IHttpRequestOptions, 'method' | 'qs' | 'headers'> {
	/** Path with its closing slash: a redirect would lose the body of a POST (facts 1.1). */
	path: string;
	body?: IHttpRequestOptions['body'];
	/** Milliseconds without a sign of life. */
	timeoutMs: number;
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

/** What must never show in an error of this credential. */
export async function cybertronSecrets(context: ApiContext, itemIndex: number): Promise<string[]> {
	const { robotKey, robotToken } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	return [robotKey, robotToken];
}

/**
 * Calls one HTTP endpoint and gives the `data` of its envelope (facts 2).
 *
 * @throws NodeApiError when the server cannot be reached, answers with an HTTP error, with something
 * other than JSON, or with a code other than 000000.
 */
export async function cybertronRequest(
	context: ApiContext,
	itemIndex: number,
	call: CybertronCall,
): Promise<IDataObject> {
	const { path, timeoutMs, ...request } = call;
	const answer = await ask(context, itemIndex, {
		...request,
		url: path,
		encoding: 'text',
		timeout: timeoutMs,
	});
	const body = tryParseJson(answer.body);
	if (!isObject(body)) throw await cybertronError(context, itemIndex, notJson(answer));
	const code = sixDigits(body.code);
	if (answer.status >= 400 || code !== SUCCESS) {
		const message = asText(body.message) ?? asText(body.msg) ?? '';
		const problem = failureOfCode(code === SUCCESS ? String(answer.status) : code, message);
		throw await cybertronError(context, itemIndex, { ...problem, httpCode: String(answer.status) });
	}
	return isObject(body.data) ? body.data : { data: body.data };
}

async function ask(
	context: ApiContext,
	itemIndex: number,
	options: IHttpRequestOptions,
): Promise<HttpAnswer<string>> {
	try {
		return await sendRequest<string>(context, CREDENTIAL, options);
	} catch (error) {
		throw await cybertronError(context, itemIndex, thrownProblem(error));
	}
}

/** A thrown value as a problem in words. */
export function thrownProblem(error: unknown): Problem {
	if (error instanceof NoAnswer) return networkProblem('Cybertron', error.code, error.message);
	const { code, message } = error as { code?: unknown; message?: unknown };
	return networkProblem('Cybertron', String(code ?? 'UNKNOWN'), String(message ?? error));
}

function notJson({ status, body }: HttpAnswer<string>): Problem {
	return {
		message: `The server did not answer as Cybertron does (HTTP ${status})`,
		description:
			'Check the Base URL in the credential. A proxy in between may have answered instead',
		httpCode: String(status),
		details: { body: String(body).slice(0, 500) },
		...(status >= 500 || status === 429
			? { failure: { cause: 'temporarily-unavailable' as const } }
			: {}),
	};
}

/** Makes the n8n error of a problem, with the credential's secrets blanked. */
export async function cybertronError(context: ApiContext, itemIndex: number, problem: Problem) {
	const secrets = await cybertronSecrets(context, itemIndex);
	return problemError(context.getNode(), redactProblem(problem, secrets), itemIndex);
}
