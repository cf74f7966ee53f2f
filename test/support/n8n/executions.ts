import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRunExecutionData,
} from 'n8n-workflow';
import type { N8nClient } from './client';
import { parseFlatted } from './flatted';
import { waitFor } from './wait';

export interface Execution {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	data: IRunExecutionData;
	/** The data as n8n stored it. */
	stored: string;
}

const UNFINISHED: ExecutionStatus[] = ['new', 'running', 'unknown'];
const RUN_LIMIT_MS = 60_000;

/** One execution with its data. */
export async function getExecution(client: N8nClient, id: string): Promise<Execution> {
	type Answer = Omit<Execution, 'data' | 'stored'> & { data: string };
	const answer = await client.call<Answer>('GET', `/rest/executions/${id}`);
	const data = parseFlatted(answer.data) as IRunExecutionData;
	return { ...answer, data, stored: answer.data };
}

/** Waits until an execution has ended or waits for something; fails after the limit. */
export async function waitForExecution(
	client: N8nClient,
	id: string,
	{ limitMs = RUN_LIMIT_MS, signal }: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<Execution> {
	return await waitFor(
		async () => {
			const execution = await getExecution(client, id);
			// n8n 1.x tells the end a moment before it has saved the data.
			const isSaved = execution.data?.resultData !== undefined;
			return UNFINISHED.includes(execution.status) || !isSaved ? undefined : execution;
		},
		{ what: `The end of execution ${id}`, limitMs, signal },
	);
}

/** Presses "Stop" in the editor. */
export async function stopExecution(client: N8nClient, id: string): Promise<void> {
	await client.call('POST', `/rest/executions/${id}/stop`);
}

/** The items that a node gave on one of its outputs, in its last run. */
export function itemsOf(execution: Execution, node: string, output = 0): INodeExecutionData[] {
	const runs = execution.data.resultData.runData[node] ?? [];
	return runs.at(-1)?.data?.main?.[output] ?? [];
}

/** The JSON of those items. */
export function jsonOf(execution: Execution, node: string, output = 0): IDataObject[] {
	return itemsOf(execution, node, output).map(({ json }) => json);
}

export interface ExecutionFailure {
	node?: string;
	message: string;
	description?: string;
}

/** What a failed execution shows to its user. */
export function failureOf(execution: Execution): ExecutionFailure | undefined {
	const error = execution.data.resultData.error;
	if (!error) return undefined;
	const node = 'node' in error && error.node ? error.node.name : undefined;
	return { node, message: error.message, description: error.description ?? undefined };
}
