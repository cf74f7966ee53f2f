import { randomUUID } from 'node:crypto';
import { connect, toNode, type Step } from '../../bench/support/n8n';
import type { N8nClient } from '../../support/n8n/client';
import { saveWorkflow, type SavedWorkflow } from '../../support/n8n/workflows';
import { activate } from '../../support/triggers/watch';
import type { Kind, Servers } from './kind';

export const WEBHOOK = 'Webhook';

/** A published workflow and where it is called. */
export interface Endpoint {
	kind: Kind;
	workflow: SavedWorkflow;
	/** The node whose items are judged. */
	lastNode: string;
	/** Path below n8n's address. */
	path: string;
}

function webhookStep(kind: Kind, path: string): Step {
	return {
		name: WEBHOOK,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		webhookId: randomUUID(),
		parameters: {
			httpMethod: 'POST',
			path,
			// The caller waits for the end: so many calls, so many executions are under way.
			responseMode: kind.live ? 'streaming' : 'lastNode',
			options: {},
		},
	};
}

/** Publishes the workflow of a kind behind a webhook. */
export async function publishKind(
	client: N8nClient,
	kind: Kind,
	servers: Servers,
): Promise<Endpoint> {
	const path = `faults-${randomUUID()}`;
	const steps = [webhookStep(kind, path), ...kind.steps(servers)];
	const workflow = await saveWorkflow(client, {
		name: kind.name,
		nodes: steps.map(toNode),
		connections: connect(steps),
		settings: { executionOrder: 'v1' },
	});
	const { triggers } = await activate(client, workflow);
	const failed = triggers.find(({ status }) => status === 'failed');
	if (failed) throw new Error(`"${kind.name}" was not published: ${failed.errorMessage}`);
	return { kind, workflow, lastNode: steps.at(-1)?.name ?? '', path: `/webhook/${path}` };
}
