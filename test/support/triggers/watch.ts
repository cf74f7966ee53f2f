import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { N8nRequestError, type N8nClient } from '../n8n/client';
import { saveCredential, type SavedCredential } from '../n8n/credentials';
import { getExecution, jsonOf, type Execution } from '../n8n/executions';
import { waitFor } from '../n8n/wait';
import {
	activateWorkflow,
	publicationStatus,
	type PublicationStatus,
	saveWorkflow,
	type SavedWorkflow,
	type WorkflowContent,
} from '../n8n/workflows';
import type { World } from './worlds';

export const TRIGGER = 'Chatflow Trigger';
const NEXT = 'Next';
const ACTIVATION_LIMIT_MS = 90_000;
const EVERY_SECONDS = 5;

/**
 * Poll times so many seconds apart, at most a minute. n8n refuses an expression that fires more often
 * than once a minute, but takes several that each fire once.
 */
function pollTimes(everySeconds: number): INodeParameters {
	const seconds = Array.from({ length: 60 / everySeconds }, (_, i) => i * everySeconds);
	return {
		item: seconds.map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })),
	};
}

/** A workflow of the trigger and a node behind it. */
function triggerWorkflow(
	name: string,
	world: World,
	credential: SavedCredential,
	everySeconds = EVERY_SECONDS,
): WorkflowContent {
	const trigger: INode = {
		id: 'trigger',
		name: TRIGGER,
		type: 'n8n-nodes-chatflow.chatflowTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: { event: world.event, pollTimes: pollTimes(everySeconds), ...world.parameters },
		credentials: { [world.credentialType]: { id: credential.id, name: credential.name } },
	};
	const next: INode = {
		id: 'next',
		name: NEXT,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [240, 0],
		parameters: {},
	};
	return {
		name,
		nodes: [trigger, next],
		connections: { [TRIGGER]: { main: [[{ node: NEXT, type: 'main', index: 0 }]] } },
	};
}

/** Saves the credential and the workflow of a world; another name makes others of them. */
export async function saveTrigger(
	client: N8nClient,
	world: World,
	name = `Trigger on ${world.event}`,
	everySeconds = EVERY_SECONDS,
): Promise<SavedWorkflow> {
	const credential = await saveCredential(client, {
		name: `${name} (simulator)`,
		type: world.credentialType,
		data: world.credential,
	});
	return await saveWorkflow(client, triggerWorkflow(name, world, credential, everySeconds));
}

/** Activates a workflow and waits until n8n says how it went with each trigger. */
export async function activate(
	client: N8nClient,
	workflow: SavedWorkflow,
): Promise<PublicationStatus> {
	const refused = await waitFor(
		async () => {
			try {
				await activateWorkflow(client, workflow);
				return false;
			} catch (error) {
				if (!(error instanceof N8nRequestError)) throw error;
				// In the first seconds after its start n8n may answer 409.
				if (error.status === 409) return undefined;
				// n8n 1.x activates while it is asked to, and says here when it cannot.
				if (error.status === 400) return error;
				throw error;
			}
		},
		{ what: `The activation of "${workflow.name}"`, limitMs: ACTIVATION_LIMIT_MS },
	);
	if (refused) {
		const triggers = [{ status: 'failed', errorMessage: refused.message }];
		return { status: 'failed', liveVersionId: null, triggers };
	}
	let last: PublicationStatus | undefined;
	return await waitFor(
		async () => {
			const now = await publicationStatus(client, workflow.id);
			last = now;
			const isDone = now.triggers.every(({ status }) => /^(activated|failed)$/.test(status));
			return now.triggers.length > 0 && isDone ? now : undefined;
		},
		{
			what: `The end of the activation of "${workflow.name}"`,
			limitMs: ACTIVATION_LIMIT_MS,
			explain: () => JSON.stringify(last),
		},
	);
}

/** All executions of a workflow, oldest first. */
export async function executionsOf(client: N8nClient, workflowId: string): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { results } = await client.call<{ results: Array<{ id: string }> }>(
		'GET',
		`/rest/executions?filter=${filter}&limit=100`,
	);
	const ids = results.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
	return await Promise.all(ids.map(async (id) => await getExecution(client, id)));
}

/** What the trigger has given in all executions so far, as the node behind it got it. */
export async function givenItems(client: N8nClient, workflowId: string): Promise<IDataObject[]> {
	const executions = await executionsOf(client, workflowId);
	return executions.flatMap((execution) => jsonOf(execution, NEXT));
}
