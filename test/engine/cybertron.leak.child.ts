/**
 * Run in a process of its own by cybertron.leak.test.ts: talks to a simulator with the built
 * transport, says when it is done, and must then end by itself: an open socket or timer keeps a
 * process alive. The context has only what the transport asks n8n for.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import path from 'node:path';

import type { playRounds as PlayRounds } from '../../nodes/Cybertron/transport/rounds';

const built = path.resolve(__dirname, '../../dist/nodes/Cybertron/transport/rounds.js');

interface Task {
	credential: object;
	question: string;
	idleMs: number;
	cancelMs?: number;
}

async function main(task: Task): Promise<void> {
	const { playRounds } = (await import(built)) as { playRounds: typeof PlayRounds };
	const cancel = new AbortController();
	const context = {
		getCredentials: async () => task.credential,
		getExecutionCancelSignal: () => cancel.signal,
		getNode: () => ({ name: 'Node', type: 'cybertron', typeVersion: 1, parameters: {} }),
		helpers: {},
	} as unknown as IExecuteFunctions;
	const timer = task.cancelMs && setTimeout(() => cancel.abort(), task.cancelMs);
	const outcome = await playRounds(context, 0, {
		messages: [{ question: task.question, segment_code: 's1' }],
		segmentCode: 's1',
		idleMs: task.idleMs,
		graceMs: 200,
	}).then(
		() => 'answered',
		(error: Error) => `failed: ${error.message}`,
	);
	if (timer) clearTimeout(timer);
	console.log(JSON.stringify({ outcome, at: Date.now() }));
}

void main(JSON.parse(process.argv[2] ?? '{}') as Task);
