import type { DifyApp } from '../difyApp';
import { NotPossible } from '../session';
import { assert, assertSame } from '../shapes';

const STOP_MS = 40_000;

/** Begins a long answer by hand, stops it with the node, and watches that its stream ends. */
export async function stopped(main: DifyApp, query: string): Promise<void> {
	const parameters = await main.message(query);
	const response = await main.fetch('POST', '/chat-messages', {
		query,
		user: main.user,
		inputs: JSON.parse(String(parameters.inputs)) as object,
		response_mode: 'streaming',
	});
	const stream = new StreamText(response);
	const taskId = await stream.find(/"task_id": ?"([^"]+)"/);
	assert(taskId !== undefined, 'the stream has no task_id');
	const begun = await stream.find(/"event": ?"(message|agent_message)"/);
	const item = await main.one('chat.stop', { taskId, user: main.user });
	assertSame(item.result, 'success', 'result');
	const stoppedAt = Date.now();
	const ended = await Promise.race([stream.rest(), wait(STOP_MS)]);
	assert(ended !== undefined, `the stream still goes on ${STOP_MS / 1000} s after the stop`);
	const status = /"event": ?"workflow_finished".*?"status": ?"([^"]+)"/s.exec(ended)?.[1];
	if (status === 'succeeded' || begun === undefined) {
		const ms = Date.now() - stoppedAt;
		throw new NotPossible(
			`the run was over before it could be stopped (${ms} ms); set DIFY_LONG_QUERY to what takes seconds to answer`,
		);
	}
}

async function wait(ms: number): Promise<undefined> {
	await new Promise((resolve) => setTimeout(resolve, ms).unref());
	return undefined;
}

/** The text of a stream, as far as it has come. */
class StreamText {
	private text = '';
	private readonly reader;
	private readonly decoder = new TextDecoder();

	constructor(response: Response) {
		this.reader = response.body?.getReader();
	}

	/** Reads on until the text is there; undefined if it never comes. */
	async find(pattern: RegExp): Promise<string | undefined> {
		for (;;) {
			const found = pattern.exec(this.text);
			if (found) return found[1];
			if (!(await this.more())) return undefined;
		}
	}

	async rest(): Promise<string> {
		while (await this.more());
		return this.text;
	}

	private async more(): Promise<boolean> {
		const piece = await this.reader?.read();
		if (!piece || piece.done) return false;
		this.text += this.decoder.decode(piece.value, { stream: true });
		return true;
	}
}
