import type { N8nClient } from '../support/n8n/client';
import type { SavedCredential } from '../support/n8n/credentials';
import { runExample, type Example } from '../support/n8n/examples';
import { summarize } from '../support/n8n/summary';
import { say } from './print';

interface RunOptions {
	credentials: SavedCredential[];
	signal: AbortSignal;
}

async function runOne(client: N8nClient, example: Example, options: RunOptions): Promise<boolean> {
	const { items, complaints, durationMs } = await runExample(client, example, options);
	const verdict = complaints.length === 0 ? 'PASS' : 'FAIL';
	say(`${verdict}  ${example.workflow.name} (${(durationMs / 1000).toFixed(1)} s)`);
	for (const line of summarize(items)) say(`      ${line}`);
	for (const complaint of complaints) say(`      not as expected: ${complaint}`);
	return complaints.length === 0;
}

/** Imports and runs every example, and prints what came out of it. */
export async function runExamples(client: N8nClient, examples: Example[], options: RunOptions) {
	let failed = 0;
	for (const example of examples) {
		options.signal.throwIfAborted();
		if (!(await runOne(client, example, options))) failed += 1;
	}
	return { failed, passed: examples.length - failed };
}
