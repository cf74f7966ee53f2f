import { randomUUID } from 'node:crypto';

const PER_BLOCK = 500;
const CHUNK_BYTES = 64 * 1024;

function block(): Buffer {
	const head = {
		event: 'message',
		conversation_id: randomUUID(),
		message_id: randomUUID(),
		created_at: 1705398420,
		task_id: randomUUID(),
		id: randomUUID(),
	};
	const event = (index: number) => ({
		...head,
		answer: `word ${index} of the answer `,
		from_variable_selector: ['llm', 'text'],
	});
	const texts = Array.from({ length: PER_BLOCK }, (_, index) => JSON.stringify(event(index)));
	return Buffer.from(texts.map((text) => `data: ${text}\n\n`).join(''));
}

const ENDING = [
	{ event: 'message_end', metadata: { usage: { total_tokens: 1 } } },
	{ event: 'workflow_finished', data: { status: 'succeeded', outputs: {} } },
];

/**
 * The bytes of a Dify answer of `events` text events (about 300 bytes each) as a socket would give
 * them: 64 KiB at a time, cut anywhere. The same block is given again and again, so the source
 * itself takes no memory and next to no time.
 */
export function sseSource(events: number) {
	const bytes = block();
	const blocks = Math.ceil(events / PER_BLOCK);
	const end = Buffer.from(ENDING.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
	async function* chunks(): AsyncGenerator<Uint8Array> {
		for (let sent = 0; sent < blocks; sent++) {
			for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
				yield bytes.subarray(at, at + CHUNK_BYTES);
			}
		}
		yield end;
	}
	return {
		stream: Object.assign(chunks(), { destroy: () => undefined }),
		totalBytes: bytes.length * blocks + end.length,
		events: blocks * PER_BLOCK + ENDING.length,
	};
}
