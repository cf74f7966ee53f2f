import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import type { Problem } from '../../shared/errors';
import type { HttpAnswer } from '../../shared/transport/http';
import { neverConnected } from '../../shared/transport/http';
import { wait } from '../../shared/transport/wait';
import type { ByteStream, DifyCall } from './request';
import { difyError, difySend, refusalProblem, startOfText } from './request';

/** Milliseconds before each further try, by the reason why nothing can have run (facts 3.8). */
const DELAYS_MS: Record<string, number[]> = {
	/** Dify's ceiling of concurrent requests: it frees up when other runs end. */
	too_many_requests: [1_000, 2_000, 4_000, 8_000, 15_000],
	neverConnected: [500, 1_500],
};

/** The message may have reached the server although no answer came. */
const DOUBTFUL =
	'The message may have reached Dify, and its run may be going on. Look at Conversation > Get Messages or at the log of the app before you send it again';

/**
 * Sends a chat message and gives the beginning of the answer, whose status is below 300.
 *
 * A message is never sent twice: it is tried again only when no connection was made, and when Dify
 * refused it with `too_many_requests`, which it does before anything runs. Not after
 * `rate_limit_error`, a 5xx, a reset or a timeout (facts 3.8).
 *
 * @param cancel Ends the wait before a further try.
 * @throws NodeApiError when the server cannot be reached or refuses the message.
 */
export async function postChat(
	context: IExecuteFunctions,
	itemIndex: number,
	call: DifyCall,
	cancel?: AbortSignal,
): Promise<HttpAnswer<ByteStream>> {
	for (let tries = 1; ; tries++) {
		const outcome = await tryOnce(context, itemIndex, call);
		if ('answer' in outcome) return outcome.answer;
		const delayMs = DELAYS_MS[outcome.harmless ?? '']?.[tries - 1];
		if (delayMs === undefined || !(await wait(delayMs, cancel))) throw outcome.error;
	}
}

interface Refused {
	error: NodeApiError;
	/** Why nothing can have run, when that is sure. */
	harmless?: string;
}

async function tryOnce(
	context: IExecuteFunctions,
	itemIndex: number,
	call: DifyCall,
): Promise<{ answer: HttpAnswer<ByteStream> } | Refused> {
	try {
		const answer = await difySend<ByteStream>(context, itemIndex, call, 'stream');
		if (answer.status < 300) return { answer };
		return await refused(context, itemIndex, answer);
	} catch (error) {
		if (!(error instanceof NodeApiError)) return await Promise.reject(error);
		return unanswered(error);
	}
}

async function refused(
	context: IExecuteFunctions,
	itemIndex: number,
	answer: HttpAnswer<ByteStream>,
): Promise<Refused> {
	const body = await startOfText(answer.body);
	const error = await difyError(context, itemIndex, refusalProblem({ ...answer, body }));
	const code = asText(asObject(tryParseJson(body)).code);
	return { error, harmless: code === 'too_many_requests' ? code : undefined };
}

function unanswered(error: NodeApiError): Refused {
	const code = asText((error.context.data as IDataObject | undefined)?.code) ?? '';
	if (neverConnected(code)) return { error, harmless: 'neverConnected' };
	if (MAY_HAVE_ARRIVED.test(code)) error.description = DOUBTFUL;
	return { error };
}

/** A failure after which the message may or may not have been taken. */
export function doubtful(problem: Problem): Problem {
	return { ...problem, description: DOUBTFUL };
}

/** Failures after a connection was made: timed out, reset, cut. */
const MAY_HAVE_ARRIVED = /^(ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT|ECONNRESET|EPIPE|UNKNOWN)$/;
