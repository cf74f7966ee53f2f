import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential } from '../support/n8n/credentials';
import { readExamples, withCredentials } from '../support/n8n/examples';
import { getExecution, jsonOf } from '../support/n8n/executions';
import { waitFor } from '../support/n8n/wait';
import {
	deactivateWorkflow,
	publishWorkflow,
	saveWorkflow,
	type SavedWorkflow,
} from '../support/n8n/workflows';
import { openN8n } from './support/n8n';

/** n8n polls at most once a minute. */
const TWO_POLLS_MS = 130_000;

describe('the example that turns corrections into annotations, published', () => {
	let client: N8nClient;
	let simulators: Simulators;
	let workflow: SavedWorkflow;

	beforeAll(async () => {
		client = await openN8n();
		simulators = await startSimulators();
		const saved = [];
		for (const content of demoCredentials(simulators))
			saved.push(await saveCredential(client, content));
		const example = readExamples().find(({ id }) => id === 'dify-feedback-to-annotation');
		if (!example) throw new Error('The example is missing');
		const name = `${example.workflow.name} (polled)`;
		const content = withCredentials({ ...example.workflow, name }, saved);
		workflow = await saveWorkflow(client, content);
		await publishWorkflow(client, workflow);
	});
	afterAll(async () => {
		await deactivateWorkflow(client, workflow.id);
		await simulators.close();
	});

	it(
		'does nothing about old ratings and teaches the correction of a new one',
		async () => {
			const { seed } = simulators.dify;
			const message = seed.message({ user: 'customer-9', query: 'Do you repair lamps?' });
			seed.feedback({
				messageId: message.id,
				user: 'customer-9',
				rating: 'dislike',
				content: 'Yes, all that we sell.',
			});
			const filter = encodeURIComponent(JSON.stringify({ workflowId: workflow.id }));
			const path = `/rest/executions?filter=${filter}`;
			type Answer = { results: Array<{ id: string; status: string }> };
			const executions = await waitFor(
				async () => {
					const { results } = await client.call<Answer>('GET', path);
					return results.some(({ status }) => status === 'success') ? results : undefined;
				},
				{ what: 'The poll', limitMs: TWO_POLLS_MS, everyMs: 1_000 },
			);
			expect(executions).toHaveLength(1);
			const execution = await getExecution(client, executions[0]?.id ?? '');
			expect(execution.mode).toBe('trigger');
			expect(jsonOf(execution, 'Teach')).toMatchObject([
				{ question: 'Do you repair lamps?', answer: 'Yes, all that we sell.' },
			]);
		},
		TWO_POLLS_MS + 20_000,
	);
});
