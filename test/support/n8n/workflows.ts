import type { IConnections, INode, IPinData, IWorkflowSettings } from 'n8n-workflow';
import { N8nRequestError, type N8nClient } from './client';
import { waitFor } from './wait';

const PUBLISHING_LIMIT_MS = 30_000;

export interface WorkflowContent {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	/** Output that a node gives in a manual run instead of being executed, by its name. */
	pinData?: IPinData;
}

export interface SavedWorkflow extends WorkflowContent {
	id: string;
	versionId: string;
	active: boolean;
}

/** Creates a workflow, or changes the one that has this name. */
export async function saveWorkflow(
	client: N8nClient,
	content: WorkflowContent,
): Promise<SavedWorkflow> {
	const all = await client.call<SavedWorkflow[]>('GET', '/rest/workflows');
	const existing = all.find(({ name }) => name === content.name);
	if (!existing) {
		return await client.call('POST', '/rest/workflows', {
			settings: {},
			...content,
			active: false,
		});
	}
	const body = { settings: {}, ...content, versionId: existing.versionId };
	return await client.call('PATCH', `/rest/workflows/${existing.id}`, body);
}

/** Makes its triggers run; n8n does that in the background, see `publicationStatus`. */
export async function activateWorkflow(client: N8nClient, workflow: SavedWorkflow): Promise<void> {
	const { id, versionId } = workflow;
	await client.call('POST', `/rest/workflows/${id}/activate`, { versionId });
}

/** Stops its triggers. */
export async function deactivateWorkflow(client: N8nClient, id: string): Promise<void> {
	await client.call('POST', `/rest/workflows/${id}/deactivate`, {});
}

export interface PublicationStatus {
	status: 'in_progress' | 'published' | 'failed' | string;
	liveVersionId: string | null;
	triggers: Array<{ status: string; errorMessage: string | null }>;
}

/** n8n 1.x answers an activation when it is done, and cannot tell more. */
const DONE: PublicationStatus = {
	status: 'published',
	liveVersionId: null,
	triggers: [{ status: 'activated', errorMessage: null }],
};

/** How far an activation has come, as n8n tells it. */
export async function publicationStatus(client: N8nClient, id: string): Promise<PublicationStatus> {
	try {
		return await client.call('GET', `/rest/workflows/${id}/publication-status`);
	} catch (error) {
		if (error instanceof N8nRequestError && error.status === 404) return DONE;
		throw error;
	}
}

/** Activates this version and waits until its triggers run. */
export async function publishWorkflow(
	client: N8nClient,
	workflow: SavedWorkflow,
	limitMs = PUBLISHING_LIMIT_MS,
): Promise<void> {
	await activateWorkflow(client, workflow);
	await waitFor(
		async () => {
			const { status, liveVersionId, triggers } = await publicationStatus(client, workflow.id);
			if (status === 'failed') {
				const reasons = triggers.map(({ errorMessage }) => errorMessage ?? '').join(' ');
				throw new Error(`"${workflow.name}" could not be published: ${reasons}`);
			}
			const isLive = liveVersionId === workflow.versionId || liveVersionId === DONE.liveVersionId;
			return status === 'published' && isLive ? true : undefined;
		},
		{ what: `The publishing of "${workflow.name}"`, limitMs },
	);
}

/** The name of the node that a manual run starts from. */
function startNodeOf({ name, nodes }: WorkflowContent): string {
	const trigger = nodes.find(({ type }) => /trigger$/i.test(type));
	if (!trigger) throw new Error(`Workflow "${name}" has no trigger to start from`);
	return trigger.name;
}

/** Presses "Execute workflow" in the editor; returns the execution's id. */
export async function runWorkflow(
	client: N8nClient,
	workflow: SavedWorkflow,
	startNode = startNodeOf(workflow),
): Promise<string> {
	const body = { workflowData: workflow, triggerToStartFrom: { name: startNode } };
	const path = `/rest/workflows/${workflow.id}/run`;
	const { executionId } = await client.call<{ executionId?: string }>('POST', path, body);
	if (!executionId) throw new Error(`Workflow "${workflow.name}" was not executed`);
	return executionId;
}
