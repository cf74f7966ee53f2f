import './environment';

import 'reflect-metadata';
import { Container } from '@n8n/di';
import { PollContext, PollTriggerExecutor } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { deepCopy, NodeHelpers, Workflow } from 'n8n-workflow';

import { TestCredentials } from './credentials';
import { loadPackage, type NodeFailure } from './index';

/** A trigger node as a user has set it up. */
export interface TriggerSetup {
	parameters: INodeParameters;
	/** By credential type. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	/** The node's name in the workflow, under which n8n keeps its memory. */
	name?: string;
	timezone?: string;
	/** Milliseconds that n8n grants a poll; its own default when left out. */
	budgetMs?: number;
}

/** What one poll led to: an execution with items, a failed execution, or nothing. */
export interface PollOutcome {
	/** `json` of the items; `null` when no execution was started. */
	items: IDataObject[] | null;
	error?: NodeFailure;
}

/** One run of an n8n process: the workflow and its memory, from activation to the end of the process. */
interface Process {
	workflow: Workflow;
	node: INode;
	context: PollContext;
	execute: (testing: boolean) => Promise<void>;
	outcome: PollOutcome;
}

/**
 * An active workflow with the Chatflow Trigger, run by n8n-core's own poll executor in its own poll
 * context. What n8n itself adds is repeated here: memory is saved with an execution
 * and after the activation, and comes back as last saved when the process is killed.
 */
export class TriggerHost {
	/** The static data of the workflow as n8n's database has it. */
	saved: IDataObject = {};

	/** The items of all executions so far. */
	readonly emitted: IDataObject[] = [];

	private process?: Process;

	constructor(private setup: TriggerSetup) {}

	/** Changes the node; takes effect with the next activation, as in n8n. */
	change(changes: Partial<TriggerSetup>): void {
		this.setup = { ...this.setup, ...changes };
		this.process = undefined;
	}

	/** Activates the workflow, or starts n8n with it active: polls once. Rejects as an activation does. */
	async activate(): Promise<PollOutcome> {
		const process = await this.start('trigger', 'activate');
		this.process = process;
		try {
			await process.execute(true);
		} catch (error) {
			this.process = undefined;
			throw error;
		}
		this.save(process.workflow);
		return process.outcome;
	}

	/** The poll of a minute that has come round. */
	async poll(): Promise<PollOutcome> {
		const process = this.process ?? (await this.restart());
		process.outcome = { items: null };
		await process.execute(false);
		return process.outcome;
	}

	/** Starts a poll without waiting for the one that may be under way. */
	async pollAlongside(): Promise<void> {
		await (this.process ?? (await this.restart())).execute(false);
	}

	/** Kills n8n: what it had in memory only is lost. */
	kill(): void {
		this.process = undefined;
	}

	/** "Fetch test event" in the editor. */
	async test(): Promise<PollOutcome> {
		const process = await this.start('manual', 'manual');
		await process.execute(true);
		return process.outcome;
	}

	/** The node's memory as the running process sees it. */
	memory(): IDataObject {
		const { workflow, node } = this.process as Process;
		return deepCopy(workflow.getStaticData('node', node));
	}

	private async restart(): Promise<Process> {
		await this.activate();
		return this.process as unknown as Process;
	}

	private save({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.saved = JSON.parse(JSON.stringify(staticData)) as IDataObject;
		staticData.__dataChanged = false;
	}

	private async start(
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
	): Promise<Process> {
		const { workflow, node, additionalData } = await buildTrigger(this.setup, deepCopy(this.saved));
		const { budgetMs } = this.setup;
		const emit = (data: INodeExecutionData[][]) => {
			const items = (data[0] ?? []).map(({ json }) => json);
			process.outcome = { items };
			if (mode === 'manual') return;
			this.save(workflow);
			this.emitted.push(...items);
		};
		const context = new PollContext(
			workflow,
			node,
			additionalData,
			mode,
			activation,
			emit,
			(error) => {
				process.outcome = { items: null, error: error as NodeFailure };
			},
			undefined,
			undefined,
			undefined,
			budgetMs === undefined ? undefined : () => budgetMs,
		);
		const execute = Container.get(PollTriggerExecutor).create(workflow, node, context, () => true);
		const process: Process = { workflow, node, context, execute, outcome: { items: null } };
		return process;
	}
}

async function buildTrigger(setup: TriggerSetup, staticData: IDataObject) {
	const loader = await loadPackage();
	const byName = (type: string) => loader.getNode(type.split('.').pop() as string).type;
	const nodeTypes: INodeTypes = {
		getByName: byName,
		getByNameAndVersion: (type) => NodeHelpers.getVersionedNodeType(byName(type)) as INodeType,
		getKnownTypes: () => ({}),
	};
	const node: INode = {
		id: 'trigger',
		name: setup.name ?? 'Chatflow Trigger',
		type: 'n8n-nodes-chatflow.chatflowTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: setup.parameters,
		credentials: Object.fromEntries(
			Object.keys(setup.credentials).map((type) => [type, { id: type, name: type }]),
		),
	};
	const workflow = new Workflow({
		id: 'engine',
		name: 'engine',
		active: true,
		nodeTypes,
		nodes: [node],
		connections: {},
		staticData,
		settings: { timezone: setup.timezone ?? 'UTC' },
	});
	const types = Object.fromEntries(
		Object.keys(setup.credentials).map((type) => [
			type,
			loader.getCredential(type).type as ICredentialType,
		]),
	);
	const url = 'http://127.0.0.1/';
	const partial: Partial<IWorkflowExecuteAdditionalData> = {
		credentialsHelper: new TestCredentials(types, setup.credentials),
		variables: {},
		restApiUrl: url,
		instanceBaseUrl: url,
		webhookBaseUrl: url,
		webhookTestBaseUrl: url,
		webhookWaitingBaseUrl: url,
		formWaitingBaseUrl: url,
	};
	const [known] = Object.values(workflow.nodes);
	return {
		workflow,
		node: known as INode,
		additionalData: partial as IWorkflowExecuteAdditionalData,
	};
}
