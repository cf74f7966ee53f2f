import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeExecutionData, INodeParameters, ITaskData } from 'n8n-workflow';
import { N8nClient, type Owner } from '../../support/n8n/client';
import { saveCredential, type SavedCredential } from '../../support/n8n/credentials';
import { failureOf, waitForExecution, type Execution } from '../../support/n8n/executions';
import { installInN8n } from '../../support/n8n/package-install';
import { startN8n } from '../../support/n8n/server';
import { runWorkflow, saveWorkflow, type WorkflowContent } from '../../support/n8n/workflows';
import type { BenchContext } from './context';

const owner: Owner = { email: 'owner@example.com', password: 'Only-for-tests-1' };
const RUN_LIMIT_MS = 300_000;

/** A node of a measured workflow, as little as is needed to write it down. */
export interface Step {
	name: string;
	type: string;
	typeVersion?: number;
	parameters: INodeParameters;
	credential?: SavedCredential;
	webhookId?: string;
}

/** A real n8n with the package in it, a logged-in client, and credentials for the simulators. */
export interface N8nSession {
	client: N8nClient;
	baseUrl: string;
	/** n8n's own process. */
	pid: number;
	dify: SavedCredential;
	difyKnowledge: SavedCredential;
	cybertron: SavedCredential;
	/** Where n8n may read files from. */
	filesFolder: string;
	/** Runs a workflow by hand and waits for its end; fails when it fails. */
	run(content: WorkflowContent): Promise<Execution>;
}

/** Starts an n8n whose data lie in the context's folder, and sees to its end. */
export async function startSession({
	folder,
	simulators,
	signal,
	onEnd,
}: Omit<BenchContext, 'n8n'>): Promise<N8nSession> {
	const userFolder = join(folder, 'n8n');
	const filesFolder = join(folder, 'files');
	mkdirSync(filesFolder, { recursive: true });
	await installInN8n(userFolder);
	const server = await startN8n({
		userFolder,
		env: { N8N_RESTRICT_FILE_ACCESS_TO: filesFolder, N8N_LOG_LEVEL: 'warn' },
		signal,
	});
	onEnd('n8n', async () => await server.stop());
	const client = new N8nClient(server.baseUrl);
	await client.enter(owner);
	const { baseUrl, apiKey } = simulators.dify;
	const { origin, robotKey, robotToken, username } = simulators.cybertron;
	return {
		client,
		baseUrl: server.baseUrl,
		pid: server.process.pid,
		filesFolder,
		dify: await saveCredential(client, {
			name: 'Dify (simulator)',
			type: 'difyApi',
			data: { baseUrl, apiKey },
		}),
		difyKnowledge: await saveCredential(client, {
			name: 'Dify Knowledge (simulator)',
			type: 'difyKnowledgeApi',
			data: { baseUrl, apiKey: 'dataset-demo-key' },
		}),
		cybertron: await saveCredential(client, {
			name: 'Cybertron (simulator)',
			type: 'cybertronApi',
			data: { baseUrl: origin, robotKey, robotToken, username },
		}),
		run: async (content) => await runToEnd(client, content, signal),
	};
}

async function runToEnd(
	client: N8nClient,
	content: WorkflowContent,
	signal: AbortSignal,
): Promise<Execution> {
	const saved = await saveWorkflow(client, content);
	const id = await runWorkflow(client, saved);
	const execution = await waitForExecution(client, id, { limitMs: RUN_LIMIT_MS, signal });
	const failure = failureOf(execution);
	if (failure) throw new Error(`${failure.node}: ${failure.message} (${failure.description})`);
	return execution;
}

/** The trigger of every workflow that is run by hand. */
export const start: Step = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	parameters: {},
};

/** A manual trigger that gives these items, and nodes one after the other behind it. */
export function chain(name: string, items: INodeExecutionData[], steps: Step[]): WorkflowContent {
	const all = [start, ...steps];
	return {
		name,
		nodes: all.map(toNode),
		connections: connect(all),
		pinData: { Start: items },
	};
}

/** Every step's first output goes to the next step. */
export function connect(steps: Step[]): WorkflowContent['connections'] {
	const pairs = steps.slice(1).map((step, index): [string, string] => {
		const from = steps[index];
		return [from?.name ?? '', step.name];
	});
	return Object.fromEntries(
		pairs.map(([from, to]) => [from, { main: [[{ node: to, type: 'main', index: 0 }]] }]),
	);
}

/** The step as n8n writes it. */
export function toNode(step: Step, index: number): INode {
	const { credential, typeVersion = 1, ...rest } = step;
	return {
		...rest,
		id: `node-${index}`,
		typeVersion,
		position: [index * 240, 0],
		...(credential
			? { credentials: { [credential.type]: { id: credential.id, name: credential.name } } }
			: {}),
	};
}

/** What n8n noted about the one run of a node: when it began and how long it took. */
export function taskOf(execution: Execution, node: string): ITaskData {
	const task = execution.data.resultData.runData[node]?.at(-1);
	if (!task) throw new Error(`${node} did not run`);
	return task;
}

/** So many input items that differ. */
export function numberedItems(count: number): INodeExecutionData[] {
	return Array.from({ length: count }, (_, number) => ({ json: { number } }));
}
