import type { DifySimulator } from '../../simulators/dify/index';

export type Dict = Record<string, unknown>;

/** A plain answer of the server, its JSON parsed when it is JSON. */
export interface Answer {
	status: number;
	headers: Headers;
	text: string;
	json: Dict;
}

function parsed(text: string): Dict {
	try {
		return JSON.parse(text) as Dict;
	} catch {
		return {};
	}
}

/** Calls the simulator below /v1 with the key of its first app. */
export async function call(
	simulator: DifySimulator,
	method: string,
	path: string,
	body?: unknown,
	key = simulator.apiKey,
): Promise<Answer> {
	const headers: Record<string, string> = { Authorization: `Bearer ${key}` };
	const init: RequestInit = { method, headers };
	if (body instanceof FormData) init.body = body;
	else if (body !== undefined) {
		headers['Content-Type'] = 'application/json';
		init.body = JSON.stringify(body);
	}
	const response = await fetch(simulator.baseUrl + path, init);
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** Calls the control interface. */
export async function control(
	simulator: DifySimulator,
	method: string,
	path: string,
	body?: unknown,
): Promise<Answer> {
	const init: RequestInit = { method };
	if (body !== undefined) {
		init.headers = { 'Content-Type': 'application/json' };
		init.body = JSON.stringify(body);
	}
	const response = await fetch(`${simulator.origin}/_control${path}`, init);
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** The body of a chat request. */
export function chatBody(query: string, extra: Dict = {}): Dict {
	return { query, inputs: {}, user: 'abc', response_mode: 'streaming', ...extra };
}

/** Sends a chat message and gives the open answer. */
export async function openChat(
	simulator: DifySimulator,
	query: string,
	extra: Dict = {},
	signal?: AbortSignal,
): Promise<Response> {
	return await fetch(`${simulator.baseUrl}/chat-messages`, {
		method: 'POST',
		headers: {
			Authorization: `Bearer ${simulator.apiKey}`,
			'Content-Type': 'application/json',
		},
		body: JSON.stringify(chatBody(query, extra)),
		...(signal ? { signal } : {}),
	});
}

/** The events of a stream's text; a ping is `{event: 'ping'}`. */
export function eventsOf(text: string): Dict[] {
	return text
		.split('\n\n')
		.filter((block) => block.trim() !== '')
		.flatMap((block) => {
			const lines = block.split('\n');
			const data = lines.find((line) => line.startsWith('data: '));
			if (data) return [parsed(data.slice(6))];
			return lines.includes('event: ping') ? [{ event: 'ping' }] : [];
		});
}

/** Sends a chat message and reads its stream to the end. */
export async function chat(
	simulator: DifySimulator,
	query: string,
	extra: Dict = {},
): Promise<Dict[]> {
	const response = await openChat(simulator, query, extra);
	return eventsOf(await response.text());
}

/** Reads a stream until `wanted` says so; then the connection is left open for `rest`. */
export class StreamReader {
	text = '';
	private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
	private readonly decoder = new TextDecoder();

	constructor(response: Response) {
		if (!response.body) throw new Error('no body');
		this.reader = response.body.getReader();
	}

	get events(): Dict[] {
		// The last block may be incomplete.
		return eventsOf(this.text.slice(0, this.text.lastIndexOf('\n\n') + 2));
	}

	async until(event: string): Promise<Dict> {
		for (;;) {
			const found = this.events.find((entry) => entry.event === event);
			if (found) return found;
			const { done, value } = await this.reader.read();
			if (done) throw new Error(`the stream ended before ${event}: ${this.text}`);
			this.text += this.decoder.decode(value, { stream: true });
		}
	}

	async rest(): Promise<Dict[]> {
		for (;;) {
			const { done, value } = await this.reader.read();
			if (done) return this.events;
			this.text += this.decoder.decode(value, { stream: true });
		}
	}

	async cancel(): Promise<void> {
		await this.reader.cancel();
	}
}

export function names(events: Dict[]): string[] {
	return events.map((event) => String(event.event));
}

/** All events of one name. */
export function named(events: Dict[], name: string): Dict[] {
	return events.filter((event) => event.event === name);
}

/** `data` of an event. */
export function dataOf(event: Dict | undefined): Dict {
	return (event?.data ?? {}) as Dict;
}

/** Waits until a condition holds; fails after two seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
	const deadline = Date.now() + 2000;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error('the condition never came true');
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** The text behind an address, whatever the status. */
export async function fetchText(url: string): Promise<string> {
	return await (await fetch(url)).text();
}
