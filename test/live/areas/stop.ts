import type { DifyApp } from '../difyApp';
import { NotPossible } from '../session';
import { assert, assertSame } from '../shapes';

const STOP_MS = 40_000;

/** A run that takes seconds, and what stops it. */
interface LongRun {
	path: string;
	body: object;
	operation: 'chat.stop' | 'completion.stop' | 'workflow.stop';
	/** The variable that makes it longer. */
	variable: string;
	/** What its stream has once it is under way. */
	begun?: RegExp;
}

/** A message that takes seconds to answer. */
export async function stopsChat(app: DifyApp, query: string): Promise<void> {
	const parameters = await app.message(query);
	const inputs = JSON.parse(String(parameters.inputs)) as object;
	await stops(app, {
		path: '/chat-messages',
		body: { query, inputs },
		operation: 'chat.stop',
		variable: 'DIFY_LONG_QUERY',
	});
}

/** A run of a Workflow app. */
export async function stopsWorkflow(app: DifyApp, inputs: object): Promise<void> {
	await stops(app, {
		path: '/workflows/run',
		body: { inputs },
		operation: 'workflow.stop',
		variable: 'DIFY_LONG_INPUTS',
	});
}

/** A text of a Completion app. */
export async function stopsCompletion(app: DifyApp, inputs: object, query: string): Promise<void> {
	await stops(app, {
		path: '/completion-messages',
		body: { inputs, query },
		operation: 'completion.stop',
		variable: 'DIFY_LONG_QUERY',
		begun: /"event": ?"(message)"/,
	});
}

/** Begins a run by hand, stops it with the node, and watches that its stream ends. */
async function stops(
	app: DifyApp,
	{ path, body, operation, variable, begun = /"event": ?"(node_started)"/ }: LongRun,
): Promise<void> {
	const { user } = app;
	const response = await app.fetch('POST', path, { ...body, user, response_mode: 'streaming' });
	const stream = new StreamText(response);
	const taskId = await stream.find(/"task_id": ?"([^"]+)"/);
	assert(taskId !== undefined, 'the stream has no task_id');
	await stream.find(begun);
	const item = await app.one(operation, { taskId, user });
	assertSame(item.result, 'success', 'result');
	const ended = await Promise.race([stream.rest(), wait(STOP_MS)]);
	assert(ended !== undefined, `the stream still goes on ${STOP_MS / 1000} s after the stop`);
	const status = /"event": ?"workflow_finished".*?"status": ?"([^"]+)"/s.exec(ended)?.[1];
	if (status !== 'succeeded') return;
	throw new NotPossible(
		`the run was over before it could be stopped: set ${variable} to what takes seconds`,
	);
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
