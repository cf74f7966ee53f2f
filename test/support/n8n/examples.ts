import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { N8nClient } from './client';
import type { SavedCredential } from './credentials';
import { startExample, type ExampleStart } from './example-start';
import { failureOf, jsonOf, waitForExecution, type Execution } from './executions';
import { isOldestN8n, rootFolder } from './installation';
import { differences } from './match';
import { saveWorkflow, type WorkflowContent } from './workflows';

const examplesFolder = join(rootFolder, 'test', 'examples');

export interface Expectation {
	/** How it is set going from outside; by "Execute workflow" when left out. */
	start?: ExampleStart;
	/** The node whose output is compared. */
	node: string;
	/** One entry per item, see match.ts. */
	items: unknown[];
	/** What the one who set it going is answered, see match.ts. */
	response?: unknown;
	/** Why the oldest n8n cannot run it, when its own nodes cannot. */
	newestOnly?: string;
}

export interface Example {
	/** The file's name without its ending. */
	id: string;
	workflow: WorkflowContent;
	expectation: Expectation;
}

export interface ExampleResult {
	executionId: string;
	/** Milliseconds from the order to the end of the execution. */
	durationMs: number;
	items: IDataObject[];
	/** What was not as expected; nothing when all is well. */
	complaints: string[];
}

function readExample(file: string): Example {
	const id = file.replace(/\.json$/, '');
	const expectationFile = join(examplesFolder, `${id}.expect.json`);
	if (!existsSync(expectationFile)) throw new Error(`${id}: no ${expectationFile}`);
	return {
		id,
		workflow: JSON.parse(readFileSync(join(examplesFolder, file), 'utf8')) as WorkflowContent,
		expectation: JSON.parse(readFileSync(expectationFile, 'utf8')) as Expectation,
	};
}

/** All example workflows that the n8n of these tests can run, in the order of their file names. */
export function readExamples(): Example[] {
	return readdirSync(examplesFolder)
		.filter((file) => file.endsWith('.json') && !file.endsWith('.expect.json'))
		.sort()
		.map(readExample)
		.filter(({ expectation }) => !isOldestN8n() || expectation.newestOnly === undefined);
}

/**
 * An example refers to credentials by name, as an export does; their ids are those of this n8n.
 * Fails when it names one that does not exist.
 */
export function withCredentials(
	workflow: WorkflowContent,
	saved: SavedCredential[],
): WorkflowContent {
	const idOf = (type: string, name: string) => {
		const found = saved.find((one) => one.type === type && one.name === name);
		if (!found) throw new Error(`Workflow "${workflow.name}" needs a credential "${name}"`);
		return { id: found.id, name };
	};
	const nodes = workflow.nodes.map((node) => {
		const entries = Object.entries(node.credentials ?? {});
		if (entries.length === 0) return node;
		const credentials = entries.map(([type, { name }]) => [type, idOf(type, name)]);
		return { ...node, credentials: Object.fromEntries(credentials) };
	});
	return { ...workflow, nodes };
}

function complaintsAbout(
	execution: Execution,
	actualResponse: string | undefined,
	{ node, items, response }: Expectation,
): string[] {
	const failure = failureOf(execution);
	if (failure) return [`${failure.node ?? 'The workflow'}: ${failure.message}`];
	if (execution.status !== 'success') return [`The execution ended as "${execution.status}"`];
	return [
		...differences(jsonOf(execution, node), items),
		...(response === undefined ? [] : differences(actualResponse, response, 'response')),
	];
}

/** Imports one example, sets it going once, and compares what came out. */
export async function runExample(
	client: N8nClient,
	{ workflow, expectation }: Example,
	{ credentials, signal }: { credentials: SavedCredential[]; signal?: AbortSignal },
): Promise<ExampleResult> {
	const saved = await saveWorkflow(client, withCredentials(workflow, credentials));
	const started = Date.now();
	const { executionId, response } = await startExample(client, saved, expectation.start);
	const execution = await waitForExecution(client, executionId, { signal });
	return {
		executionId,
		durationMs: Date.now() - started,
		items: jsonOf(execution, expectation.node),
		complaints: complaintsAbout(execution, response, expectation),
	};
}
