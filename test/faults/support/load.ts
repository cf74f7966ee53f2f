import { createHash, randomBytes } from 'node:crypto';
import { messageText, type Kind, type Sent } from './kind';
import type { Endpoint } from './webhooks';

/** n8n gives up the jobs of a dead worker after two minutes at the most, and the caller hears of it. */
const CALL_LIMIT_MS = 240_000;
const FILE_BYTES = 64 * 1024;

/** One call of a webhook. */
export interface Call {
	kind: Kind;
	sent: Sent;
	/** Epoch milliseconds. */
	startedAt: number;
	endedAt: number;
	/** HTTP status; undefined when no answer came. */
	status?: number;
	/** Whatever was answered, or why nothing was. */
	answer: string;
}

export interface Load {
	/** Begins every id, so that the messages of two loads differ. */
	prefix: 'warm' | 'load';
	baseUrl: string;
	endpoints: Endpoint[];
	/** One for each execution, in this order. */
	order: Kind[];
	atOnce: number;
	/** Called after every call, with the number of those that are done. */
	onDone?: (done: number) => void;
}

interface Prepared {
	sent: Sent;
	body: string | FormData;
}

function prepare(kind: Kind, id: string): Prepared {
	const texts = Array.from({ length: kind.messages }, (_, n) => messageText(id, n));
	const fields = Object.entries({ id, text: texts[0] ?? '', next: texts[1] ?? '' });
	if (!kind.file) return { sent: { id, texts }, body: JSON.stringify(Object.fromEntries(fields)) };
	const bytes = randomBytes(FILE_BYTES);
	const form = new FormData();
	for (const [name, value] of fields) form.set(name, value);
	form.set('file', new Blob([bytes], { type: 'application/pdf' }), `${id}.pdf`);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	return { sent: { id, texts, sha256 }, body: form };
}

async function callWebhook(kind: Kind, url: string, id: string): Promise<Call> {
	const { sent, body } = prepare(kind, id);
	const call: Call = { kind, sent, startedAt: Date.now(), endedAt: 0, answer: '' };
	try {
		const response = await fetch(url, {
			method: 'POST',
			body,
			...(typeof body === 'string' ? { headers: { 'content-type': 'application/json' } } : {}),
			signal: AbortSignal.timeout(CALL_LIMIT_MS),
		});
		call.status = response.status;
		call.answer = await response.text();
	} catch (error) {
		call.answer = String(error);
	}
	call.endedAt = Date.now();
	return call;
}

/** Calls the webhooks, so many at a time, and waits for all answers. */
export async function runLoad(load: Load): Promise<Call[]> {
	const { prefix, baseUrl, endpoints, order, atOnce, onDone } = load;
	const calls: Call[] = [];
	let next = 0;
	const caller = async () => {
		while (next < order.length) {
			const number = next++;
			const kind = order[number];
			const endpoint = endpoints.find((one) => one.kind === kind);
			if (!kind || !endpoint) throw new Error(`No workflow for ${kind?.name}`);
			calls.push(await callWebhook(kind, baseUrl + endpoint.path, `${prefix}-${number}`));
			onDone?.(calls.length);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, caller));
	return calls;
}
