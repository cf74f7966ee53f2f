import type { IExecuteFunctions } from 'n8n-workflow';

import { sseBatches } from '../../shared/transport/sse';
import { startWatchdog } from '../../shared/transport/watchdog';
import { parseEvent } from '../stream/event';
import { patience } from '../stream/patience';
import { reduceEvent } from '../stream/reduce';
import type { ChatState } from '../stream/state';
import { answerProblem } from './problems';
import type { DifyCall } from './request';
import { difyError, difySend, thrownProblem } from './request';

type ByteStream = AsyncIterable<Uint8Array> & { destroy(): unknown };

/** How the reading of a stream came to its end. */
export type StreamEnd = 'complete' | 'closed' | 'silent' | 'cancelled' | { broken: string };

export interface StreamReader {
	state: ChatState;
	/** Milliseconds without a byte before giving up. */
	idleMs: number;
	/** Gets the text that each chunk added to the answer, as it arrives. */
	onText?: (text: string) => Promise<void>;
}

/**
 * Sends a request that is answered with events and reads them into the state until nothing more is
 * to be expected ({@link patience}). The stream is closed on every path.
 *
 * @throws NodeApiError when the server cannot be reached or answers with an HTTP error.
 */
export async function readEventStream(
	context: IExecuteFunctions,
	itemIndex: number,
	call: DifyCall,
	reader: StreamReader,
): Promise<StreamEnd> {
	const answer = await difySend<ByteStream>(
		context,
		itemIndex,
		{
			...call,
			timeoutMs: reader.idleMs,
			headers: { ...call.headers, Accept: 'text/event-stream' },
		},
		'stream',
	);
	if (answer.status >= 400) {
		const body = await textOf(answer.body);
		throw await difyError(context, itemIndex, answerProblem({ ...answer, body }));
	}
	return await readAll(answer.body, reader, context.getExecutionCancelSignal());
}

async function readAll(
	stream: ByteStream,
	{ state, idleMs, onText }: StreamReader,
	signal?: AbortSignal,
): Promise<StreamEnd> {
	let lastByte = Date.now();
	let current = patience(state, idleMs);
	let phaseSince = lastByte;
	let gaveUp = false;
	const deadline = () => (current.phase === 'idle' ? lastByte : phaseSince) + current.forMs;
	const watchdog = startWatchdog(deadline, () => {
		gaveUp = true;
		stream.destroy();
	});
	try {
		for await (const batch of sseBatches(stream)) {
			lastByte = Date.now();
			const text = takeBatch(state, batch, idleMs);
			if (text) await onText?.(text);
			const next = patience(state, idleMs);
			if (next.phase === 'done') return 'complete';
			if (next.reason !== current.reason) {
				phaseSince = Date.now();
				current = next;
				watchdog.check();
			}
		}
	} catch (error) {
		if (signal?.aborted) return 'cancelled';
		if (!gaveUp) return { broken: thrownProblem(error).message };
	} finally {
		watchdog.stop();
		stream.destroy();
	}
	if (signal?.aborted) return 'cancelled';
	if (current.phase === 'grace') return 'complete';
	return gaveUp ? 'silent' : 'closed';
}

/** Takes the messages of one chunk, up to the one after which nothing is to be expected. */
function takeBatch(state: ChatState, batch: string[], idleMs: number): string {
	let text = '';
	for (const message of batch) {
		const event = parseEvent(message);
		if (event) text += reduceEvent(state, event);
		if (patience(state, idleMs).phase === 'done') break;
	}
	return text;
}

/** An error page may be long; what says something stands at its beginning. */
async function textOf(stream: ByteStream): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	for await (const chunk of stream) {
		text += decoder.decode(chunk, { stream: true });
		if (text.length > 20_000) break;
	}
	return text;
}
