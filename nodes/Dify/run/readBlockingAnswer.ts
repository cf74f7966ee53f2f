import type { BodyLimits } from '../../shared/body';
import { readText } from '../../shared/body';
import type { OpenResponse } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import { networkError } from '../../shared/http';
import { tryParseJson } from '../../shared/json';
import { responseError } from '../transport/errors';
import { KINDS } from './kinds';
import type { RunState } from './state/state';

/**
 * Reads the answer of blocking mode into the state.
 *
 * @throws ChatflowError if the response breaks off (then like a request that was cut), or is not Dify's.
 */
export async function readBlockingAnswer(
	response: OpenResponse,
	state: RunState,
	limits: BodyLimits,
): Promise<void> {
	const kind = KINDS[state.kind];
	const text = await wholeText(response, limits);
	const answer = tryParseJson(text);
	if (!kind.isBlockingAnswer(answer)) {
		throw new ChatflowError(responseError({ ...response, body: text }));
	}
	kind.takeBlockingAnswer(state, answer);
}

async function wholeText(response: OpenResponse, limits: BodyLimits): Promise<string> {
	try {
		return await readText('Dify', response, limits);
	} catch (error) {
		const { info } = networkError('Dify', error);
		const isTooLarge = info.details?.code === 'too_large';
		return await Promise.reject(new ChatflowError(info, isTooLarge ? {} : { network: 'UNKNOWN' }));
	} finally {
		response.close();
	}
}
