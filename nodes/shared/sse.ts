import { ChatflowError } from './errors';

/** Longest message that is read, in characters; real ones reach some megabytes. */
const MAX_MESSAGE_LENGTH = 128 * 1024 * 1024;

/**
 * Cuts a Server-Sent-Events byte stream into the `data` of its messages, one batch per chunk that
 * arrived (an empty batch for chunks that complete none: a ping without data shows that the server lives, too).
 * Multi-byte characters may be split anywhere. A last message without its blank line still counts.
 *
 * @throws ChatflowError if a message is longer than {@link MAX_MESSAGE_LENGTH}.
 */
export async function* sseBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
	const decoder = new TextDecoder();
	const messages = new MessageCutter();
	for await (const chunk of chunks) yield messages.take(decoder.decode(chunk, { stream: true }));
	yield messages.take(`${decoder.decode()}\n\n`);
}

/** Looks at every character once, however the text is cut and whatever ends its lines. */
class MessageCutter {
	/** The line that is not complete yet; grows as a rope. */
	private line = '';
	/** Whether the last text ended with CR: an LF that follows belongs to it. */
	private afterCr = false;
	/** Lines of the message that is not complete yet, and their length. */
	private data: string[] = [];
	private length = 0;

	/** The messages that the text completes. */
	take(text: string): string[] {
		const batch: string[] = [];
		let from = this.afterCr && text.startsWith('\n') ? 1 : 0;
		if (text !== '') this.afterCr = text.endsWith('\r');
		let cr = text.indexOf('\r', from);
		let lf = text.indexOf('\n', from);
		while (cr >= 0 || lf >= 0) {
			const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
			this.endLine(this.line + text.slice(from, end), batch);
			this.line = '';
			from = end === cr && lf === cr + 1 ? end + 2 : end + 1;
			if (cr >= 0 && cr < from) cr = text.indexOf('\r', from);
			if (lf >= 0 && lf < from) lf = text.indexOf('\n', from);
		}
		this.line += text.slice(from);
		if (this.length + this.line.length > MAX_MESSAGE_LENGTH) throw tooLong();
		return batch;
	}

	private endLine(line: string, batch: string[]): void {
		if (line === '') {
			if (this.data.length > 0) batch.push(this.data.join('\n'));
			this.data = [];
			this.length = 0;
		} else if (line === 'data') this.data.push('');
		else if (line.startsWith('data:')) {
			this.data.push(line.slice(line.charAt(5) === ' ' ? 6 : 5));
			this.length += line.length;
		}
	}
}

function tooLong(): ChatflowError {
	return new ChatflowError({
		message: `The server sent an event of more than ${MAX_MESSAGE_LENGTH / 1024 / 1024} MB`,
		description: 'Check what the server at the Base URL is',
	});
}
