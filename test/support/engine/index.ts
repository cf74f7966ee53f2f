import { userFolder } from './environment';

import 'reflect-metadata';
import { Container } from '@n8n/di';
import {
	BinaryDataConfig,
	BinaryDataService,
	ExecutionLifecycleHooks,
	PackageDirectoryLoader,
	WorkflowExecute,
} from 'n8n-core';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IVersionedNodeType,
	IWorkflowExecuteAdditionalData,
	StructuredChunk,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeHelpers, Workflow } from 'n8n-workflow';
import path from 'node:path';
import { Readable } from 'node:stream';

import { TestCredentials } from './credentials';

const packageRoot = path.resolve(__dirname, '../../..');

/** What one engine run needs. Everything but the node and its parameters has a default. */
export interface EngineRun {
	/** `dify`, `cybertron` */
	node: string;
	parameters: INodeParameters;
	/** By credential type. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	/** Input items; one empty item by default. */
	items?: INodeExecutionData[];
	/** Whether it runs as the tool of an AI agent: n8n offers it as a type of its own. */
	asTool?: boolean;
	onError?: INode['onError'];
	retryOnFail?: boolean;
	maxTries?: number;
	/** Whether a caller listens to `sendChunk`, as behind a streaming Chat Trigger. */
	streaming?: boolean;
	/** Cancels the execution when it resolves, or after so many milliseconds. */
	cancel?: Promise<unknown> | number;
	/** Called for every chunk, at the moment at which it is sent. */
	onChunk?: (chunk: StructuredChunk) => void;
}

export interface EngineResult {
	/** Items of the first output. */
	items: INodeExecutionData[];
	/** `json` of the items of the first output. */
	json: IDataObject[];
	/** Items of the error output. */
	errorItems: INodeExecutionData[];
	/** The failure of the node, when the execution failed. */
	error?: NodeFailure;
	hints: Array<{ message: string }>;
	chunks: StructuredChunk[];
	run: IRun;
}

/** A node's error as n8n keeps it in the execution. */
export interface NodeFailure extends Error {
	description?: string | null;
	httpCode?: string | null;
	context: IDataObject & { itemIndex?: number; data?: IDataObject };
	failure?: { cause: string };
}

/** The start node: it gives the items of the test. */
function feeder(items: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: 'Feeder',
			name: 'manualTrigger',
			group: ['trigger'],
			version: 1,
			description: '',
			defaults: { name: 'Start' },
			inputs: [],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		execute: async () => [items],
	};
}

let loading: Promise<PackageDirectoryLoader> | undefined;

/** Loads the built package once per test file, the way n8n loads it. */
export async function loadPackage(): Promise<PackageDirectoryLoader> {
	loading ??= (async () => {
		const loader = new PackageDirectoryLoader(packageRoot);
		await loader.loadAll();
		return loader;
	})();
	return await loading;
}

/** Makes n8n's file store the place of binary data, as in a default installation. */
export async function useFileStore(): Promise<BinaryDataService> {
	const config = Container.get(BinaryDataConfig);
	config.mode = 'filesystem';
	config.availableModes = ['filesystem'];
	config.localStoragePath = path.join(userFolder, 'storage');
	const service = Container.get(BinaryDataService);
	await service.init();
	return service;
}

const LOCATION = { type: 'execution' as const, workflowId: 'engine', executionId: '1' };

/** Puts bytes into n8n's binary store and gives what an item carries for them. */
export async function storeBinary(
	content: Buffer | Readable,
	meta: { fileName?: string; mimeType: string },
): Promise<IBinaryData> {
	const service = await useFileStore();
	return await service.store(LOCATION, content, { data: '', ...meta });
}

/** The bytes of an item's binary field. */
export async function readBinary(binary: IBinaryData | undefined): Promise<Buffer> {
	if (!binary) throw new Error('The item has no such binary field');
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}

/** Runs one node of the built package in n8n's real execution engine. */
export async function runNode(options: EngineRun): Promise<EngineResult> {
	await useFileStore();
	const loader = await loadPackage();
	const chunks: StructuredChunk[] = [];
	const { workflow, additionalData } = buildWorkflow(loader, options, chunks);
	const execution = new WorkflowExecute(additionalData, 'manual').run({ workflow });
	if (options.cancel !== undefined) void cancelWhen(options.cancel, () => execution.cancel());
	const run = await execution;
	return toResult(run, chunks);
}

async function cancelWhen(moment: Promise<unknown> | number, cancel: () => void): Promise<void> {
	if (typeof moment === 'number') await new Promise((resolve) => setTimeout(resolve, moment));
	else await moment;
	cancel();
}

function buildWorkflow(
	loader: PackageDirectoryLoader,
	options: EngineRun,
	chunks: StructuredChunk[],
) {
	const start = feeder(options.items ?? [{ json: {} }]);
	const byName = (type: string): INodeType | IVersionedNodeType =>
		type === 'n8n-nodes-base.manualTrigger'
			? start
			: loader.getNode((type.split('.').pop() as string).replace(/Tool$/, '')).type;
	const nodeTypes: INodeTypes = {
		getByName: byName,
		getByNameAndVersion: (type: string) =>
			NodeHelpers.getVersionedNodeType(byName(type)) as INodeType,
		getKnownTypes: () => ({}),
	};
	const type = `n8n-nodes-chatflow.${options.node}${options.asTool ? 'Tool' : ''}`;
	const workflow = new Workflow({
		id: 'engine',
		name: 'engine',
		active: false,
		nodeTypes,
		nodes: [
			baseNode('Start', 'n8n-nodes-base.manualTrigger', {}),
			{
				...baseNode('Node', type, options.parameters),
				credentials: credentialNames(options.credentials),
				onError: options.onError,
				retryOnFail: options.retryOnFail,
				maxTries: options.maxTries,
			},
		],
		connections: {
			Start: { main: [[{ node: 'Node', type: NodeConnectionTypes.Main, index: 0 }]] },
		},
	});
	return { workflow, additionalData: additionalDataOf(loader, workflow, options, chunks) };
}

function baseNode(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}

function credentialNames(credentials: EngineRun['credentials']): INode['credentials'] {
	return Object.fromEntries(
		Object.keys(credentials).map((type) => [type, { id: type, name: type }]),
	);
}

function additionalDataOf(
	loader: PackageDirectoryLoader,
	workflow: Workflow,
	options: EngineRun,
	chunks: StructuredChunk[],
): IWorkflowExecuteAdditionalData {
	const types = Object.fromEntries(
		Object.keys(options.credentials).map((type) => [
			type,
			loader.getCredential(type).type as ICredentialType,
		]),
	);
	const workflowData = {
		id: workflow.id,
		name: 'engine',
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
	};
	const hooks = new ExecutionLifecycleHooks('manual', '1', workflowData);
	if (options.streaming) {
		hooks.addHandler('sendChunk', (chunk) => {
			chunks.push(chunk);
			options.onChunk?.(chunk);
		});
	}
	const url = 'http://127.0.0.1/';
	const partial: Partial<IWorkflowExecuteAdditionalData> = {
		hooks,
		credentialsHelper: new TestCredentials(types, options.credentials),
		executionId: '1',
		variables: {},
		streamingEnabled: options.streaming === true,
		setExecutionStatus: () => {},
		restApiUrl: url,
		instanceBaseUrl: url,
		webhookBaseUrl: url,
		webhookTestBaseUrl: url,
		webhookWaitingBaseUrl: url,
		formWaitingBaseUrl: url,
	};
	return partial as IWorkflowExecuteAdditionalData;
}

function toResult(run: IRun, chunks: StructuredChunk[]): EngineResult {
	const task = run.data.resultData.runData.Node?.at(-1);
	const outputs = task?.data?.main ?? [];
	const items = outputs[0] ?? [];
	return {
		items,
		json: items.map(({ json }) => json),
		errorItems: outputs[1] ?? [],
		error: (task?.error ?? run.data.resultData.error) as unknown as NodeFailure | undefined,
		hints: (task?.hints ?? []) as Array<{ message: string }>,
		chunks,
		run,
	};
}
