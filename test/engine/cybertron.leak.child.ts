/**
 * Run in a process of its own by cybertron.leak.test.ts: talks to a simulator with the built
 * transport, says when it is done, and must then end by itself: an open socket or timer keeps a
 * process alive. The context has only what the transport asks n8n for.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import path from 'node:path';

import type { runRounds as RunRounds } from '../../nodes/Cybertron/run/runRounds';
import type { Item as ItemClass } from '../../nodes/shared/item';

const built = path.resolve(__dirname, '../../dist/nodes');

interface Task {
	credential: object;
	question: string;
	idleMs: number;
	cancelMs?: number;
}

async function main(task: Task): Promise<void> {
	const { runRounds } = (await import(path.join(built, 'Cybertron/run/runRounds.js'))) as {
		runRounds: typeof RunRounds;
	};
	const { Item } = (await import(path.join(built, 'shared/item.js'))) as { Item: typeof ItemClass };
	const cancel = new AbortController();
	const context = {
		getCredentials: async () => task.credential,
		getExecutionCancelSignal: () => cancel.signal,
		getNodeParameter: () => ({ timeout: task.idleMs / 1000 }),
		getNode: () => ({ name: 'Node', type: 'cybertron', typeVersion: 1, parameters: {} }),
		helpers: {},
	} as unknown as IExecuteFunctions;
	const timer = task.cancelMs && setTimeout(() => cancel.abort(), task.cancelMs);
	const outcome = await runRounds(new Item(context, 0), {
		messages: [{ question: task.question, segment_code: 's1' }],
		segmentCode: 's1',
		endGraceMs: 200,
	}).then(
		() => 'answered',
		(error: Error) => `failed: ${error.message}`,
	);
	if (timer) clearTimeout(timer);
	console.log(JSON.stringify({ outcome, at: Date.now() }));
}

void main(JSON.parse(process.argv[2] ?? '{}') as Task);
