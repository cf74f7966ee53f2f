import { randomUUID } from 'node:crypto';

import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential } from '../support/n8n/credentials';
import { readExamples, withCredentials } from '../support/n8n/examples';
import {
	deactivateWorkflow,
	publishWorkflow,
	saveWorkflow,
	type SavedWorkflow,
} from '../support/n8n/workflows';
import { openN8n } from './support/n8n';

/** The server of the chat writes 20 words, one every 150 ms: about three seconds. */
const QUESTION = 'Tell me a story #words 20 #slow 150';
/** How long before the end the first piece must be there; far less than the answer takes. */
const LEAD_MS = 1_500;

describe('the example that answers live in the chat, published', () => {
	const webhookId = randomUUID();
	let client: N8nClient;
	let simulators: Simulators;
	let workflow: SavedWorkflow;

	beforeAll(async () => {
		client = await openN8n();
		simulators = await startSimulators();
		const saved = [];
		for (const content of demoCredentials(simulators))
			saved.push(await saveCredential(client, content));
		const example = readExamples().find(({ id }) => id === 'dify-live-chat');
		if (!example) throw new Error('The example is missing');
		const nodes = example.workflow.nodes.map((node) =>
			node.type.endsWith('.chatTrigger') ? { ...node, webhookId } : node,
		);
		const name = `${example.workflow.name} (timed)`;
		const content = withCredentials({ ...example.workflow, nodes, name }, saved);
		workflow = await saveWorkflow(client, content);
		await publishWorkflow(client, workflow);
	});
	afterAll(async () => {
		await deactivateWorkflow(client, workflow.id);
		await simulators.close();
	});

	it('shows the caller the first piece long before the server has written the last', async () => {
		const answer = await fetch(`${client.baseUrl}/webhook/${webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				action: 'sendMessage',
				sessionId: randomUUID(),
				chatInput: QUESTION,
			}),
		});
		const decoder = new TextDecoder();
		let text = '';
		let firstPieceAt: number | undefined;
		for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
			text += decoder.decode(chunk, { stream: true });
			if (text.includes('"type":"item"')) firstPieceAt ??= Date.now();
		}
		const pieces = text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { type: string; content?: string })
			.filter(({ type }) => type === 'item')
			.map(({ content }) => content ?? '');
		expect(pieces.join('').trim().split(/\s+/)).toHaveLength(20);
		expect(pieces.length).toBeGreaterThan(10);
		expect(Date.now() - (firstPieceAt ?? Date.now())).toBeGreaterThan(LEAD_MS);
	});
});
