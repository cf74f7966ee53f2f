import type { IExecuteFunctions } from 'n8n-workflow';

import type { LiveText } from '../../../shared/liveText';
import { tryParseJson } from '../../../shared/json';
import { asText } from '../../../shared/objects';
import { hangable } from '../../../shared/transport/signal';
import type { HttpAnswer } from '../../../shared/transport/http';
import type { ChatState, TextChange } from '../../stream/state';
import { readEvents } from '../../transport/chatStream';
import type { StreamEnd } from '../../transport/chatStream';
import { openChatLine } from '../../transport/chatLine';
import type { ChatLine } from '../../transport/chatLine';
import { doubtful, postChat } from '../../transport/chatPost';
import { answerProblem } from '../../transport/problems';
import { recoverRun } from '../../transport/recover';
import type { ByteStream } from '../../transport/request';
import { difyError, thrownProblem } from '../../transport/request';
import { blockingState, isChatAnswer } from './blocking';
import { blockingMs, latestEnd, streamLimits } from './limits';
import type { ChatRequest } from './request';

/** How the exchange ended: like its stream, or because the user cancelled the execution. */
export type ChatEnd = StreamEnd | 'cancelled';

/**
 * Sends the message and takes the answer into the state, in either response mode. A stream that is
 * lost is recovered, never sent again ({@link recoverRun}). Cancelling stops the run on the server.
 *
 * @throws NodeApiError when the message is not accepted.
 */
export async function converse(
	context: IExecuteFunctions,
	itemIndex: number,
	request: ChatRequest,
	state: ChatState,
	live: LiveText,
): Promise<ChatEnd> {
	const line = openChatLine(context, itemIndex, state, request.user);
	// A blocking call tells its task only at its end: there is nothing to stop, it is just cut.
	if (request.body.response_mode === 'blocking') line.context = context;
	try {
		const end = await exchange(line, itemIndex, request, state, live);
		return line.cancelled() ? 'cancelled' : end;
	} catch (error) {
		if (line.cancelled()) return 'cancelled';
		return await Promise.reject(error);
	} finally {
		line.close();
	}
}

async function exchange(
	{ context, cancel }: ChatLine,
	itemIndex: number,
	request: ChatRequest,
	state: ChatState,
	live: LiveText,
): Promise<StreamEnd> {
	const { body, user, options } = request;
	const until = latestEnd(options);
	const limits = streamLimits(options);
	const blocking = body.response_mode === 'blocking';
	const call = hangable(context);
	try {
		const answer = await postChat(
			call.context,
			itemIndex,
			{
				method: 'POST',
				path: '/chat-messages',
				body,
				headers: { Accept: blocking ? 'application/json' : 'text/event-stream' },
				// One second more than our own limits, which say better what happened.
				timeoutMs: (blocking ? blockingMs(options) : limits.firstEventMs) + 1_000,
			},
			cancel,
		);
		if (blocking || !isEventStream(answer)) {
			await readBlocking(context, itemIndex, answer, state);
			return 'complete';
		}
		const onText = async (change: TextChange) => await showText(live, change);
		const reader = { state, limits, until, onText };
		const end = await readEvents({ stream: answer.body, hangUp: call.hangUp }, reader);
		if (end === 'complete') return end;
		// The newest servers name the run before its first event (facts 3.1).
		state.workflowRunId ??= asText(answer.headers['x-workflow-run-id']);
		return await recoverRun(context, itemIndex, { ...reader, user }, end);
	} finally {
		call.hangUp();
	}
}

/** Passes a change of the text on to a caller who is watching. */
export async function showText(live: LiveText, { text, replaces }: TextChange): Promise<void> {
	await (replaces ? live.replace(text) : live.append(text));
}

/** A proxy or an app that cannot stream may answer with plain JSON although a stream was asked for. */
function isEventStream({ headers }: HttpAnswer<unknown>): boolean {
	return !/json|html/i.test(headers['content-type'] ?? '');
}

/** @throws NodeApiError when the answer breaks off or is not Dify's. */
async function readBlocking(
	context: IExecuteFunctions,
	itemIndex: number,
	answer: HttpAnswer<ByteStream>,
	state: ChatState,
): Promise<void> {
	const text = await wholeText(context, itemIndex, answer.body);
	const body = tryParseJson(text);
	if (!isChatAnswer(body)) {
		throw await difyError(context, itemIndex, answerProblem({ ...answer, body: text }));
	}
	blockingState(state, body);
}

async function wholeText(
	context: IExecuteFunctions,
	itemIndex: number,
	stream: ByteStream,
): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	try {
		for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
	} catch (error) {
		throw await difyError(context, itemIndex, doubtful(thrownProblem(error)));
	}
	return text;
}
