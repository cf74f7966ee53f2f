import { createParser } from 'eventsource-parser';

import { ChatflowError } from './errors';
import { wait } from './wait';

/** Longest message that is read, in characters; real ones reach some megabytes. */
const MAX_MESSAGE_LENGTH = 128 * 1024 * 1024;

/** Fed piece by piece: the parser looks through the rest of a piece anew for each carriage return. */
const PIECE_LENGTH = 2048;

/**
 * After so long others get their turn. The parser makes an error with a stack for each line that is no
 * field, which nobody reads: 1 MB of them takes it seconds.
 */
const TURN_MS = 50;

/**
 * Cuts a Server-Sent-Events byte stream into the `data` of its messages, one batch per chunk that
 * arrived (an empty batch for chunks that complete none: a ping without data shows that the server
 * lives, too). Multi-byte characters may be split anywhere. A last message without its blank line
 * still counts.
 *
 * @throws ChatflowError if a message is longer than {@link MAX_MESSAGE_LENGTH}.
 */
export async function* sseBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
	const decoder = new TextDecoder();
	let batch: string[] = [];
	let isTooLong = false;
	const parser = createParser({
		maxBufferSize: MAX_MESSAGE_LENGTH,
		onEvent: ({ data }) => {
			batch.push(data);
		},
		onError: ({ type }) => {
			isTooLong ||= type === 'max-buffer-size-exceeded';
		},
	});
	const feed = async (text: string) => {
		let since = Date.now();
		// The parser throws when it is fed on after its limit.
		for (let from = 0; from < text.length && !isTooLong; from += PIECE_LENGTH) {
			parser.feed(text.slice(from, from + PIECE_LENGTH));
			if (Date.now() - since < TURN_MS) continue;
			await wait(0);
			since = Date.now();
		}
		const taken = batch;
		batch = [];
		return taken;
	};
	for await (const chunk of chunks) {
		yield await feed(decoder.decode(chunk, { stream: true }));
		if (isTooLong) throw tooLong();
	}
	yield await feed(`${decoder.decode()}\n\n`);
}

function tooLong(): ChatflowError {
	return new ChatflowError({
		message: `The server sent an event of more than ${MAX_MESSAGE_LENGTH / 1024 / 1024} MB`,
		description: 'Check what the server at the Base URL is',
	});
}
