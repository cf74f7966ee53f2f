import { createParser } from 'eventsource-parser';

/** Longest message that is read, in characters; real ones reach some megabytes. */
const MAX_MESSAGE_LENGTH = 128 * 1024 * 1024;

/**
 * Cuts a Server-Sent-Events byte stream into the `data` of its messages, one batch per chunk that
 * arrived (an empty batch for chunks that complete none: a ping without data shows that the server lives, too).
 * Multi-byte characters may be split anywhere. A last message without its blank line still counts.
 *
 * @throws ParseError if a message is longer than {@link MAX_MESSAGE_LENGTH}.
 */
export async function* sseBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
	const decoder = new TextDecoder();
	let batch: string[] = [];
	let tooLong: Error | undefined;
	const parser = createParser({
		maxBufferSize: MAX_MESSAGE_LENGTH,
		onEvent: ({ data }) => {
			batch.push(data);
		},
		onError: (error) => {
			if (error.type === 'max-buffer-size-exceeded') tooLong = error;
		},
	});
	const feed = (text: string) => {
		parser.feed(text);
		const taken = batch;
		batch = [];
		return taken;
	};
	for await (const chunk of chunks) {
		yield feed(decoder.decode(chunk, { stream: true }));
		if (tooLong) throw tooLong;
	}
	yield feed(`${decoder.decode()}\n\n`);
}
