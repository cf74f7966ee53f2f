import type { IDataObject, IHttpRequestOptions, INode, IPollFunctions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { ChatflowTrigger } from '../../../../nodes/ChatflowTrigger/ChatflowTrigger.node';
import type { Clock } from './clock';
import { Network, type Serve } from './network';

/**
 * What becomes of a poll: `saved`; `discarded`, when the process dies before anything is done with its
 * result; `unsaved`, when it dies after the execution has begun and before the static data is saved.
 */
export type Fate = 'saved' | 'discarded' | 'unsaved';

export interface Poll {
	fate: Fate;
	startMs: number;
	endMs: number;
	requests: number;
	items: IDataObject[];
	error?: unknown;
	/** The static data after it, as JSON. */
	bytes: number;
}

/** A poll that goes on for ever is broken off here, so that its history has an end. */
const MAX_REQUESTS = 300;

const trigger = new ChatflowTrigger();

const CREDENTIALS: IDataObject = {
	baseUrl: 'http://server.test/v1',
	apiKey: 'app-1234567890',
	robotKey: 'key-1234567890',
	robotToken: 'token-1234567890',
	username: 'someone',
};

function nodeWith(parameters: IDataObject): INode {
	const node: INode = {
		id: 'trigger',
		name: 'Chatflow Trigger',
		type: 'n8n-nodes-chatflow.chatflowTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
	};
	const { properties } = trigger.description;
	const all = NodeHelpers.getNodeParameters(
		properties,
		node.parameters,
		true,
		false,
		node,
		trigger.description,
	);
	return { ...node, parameters: all ?? node.parameters };
}

/** Reads a parameter as n8n does: `options.name`, and the value of a resource locator if asked for. */
function parameterOf(node: INode, name: string, extract: boolean): unknown {
	const value = name
		.split('.')
		.reduce<unknown>((found, part) => (found as IDataObject | undefined)?.[part], node.parameters);
	const isLocator = typeof value === 'object' && value !== null && '__rl' in value;
	return extract && isLocator ? (value as IDataObject).value : value;
}

/**
 * n8n as a polling trigger sees it. The static data lives in memory; the database gets it with an
 * execution and after the activation only, and only if something was assigned at its top level. A
 * process that dies goes on with what the database has.
 */
export class N8n {
	readonly polls: Poll[] = [];

	readonly network: Network;

	private readonly node: INode;

	private database = '{}';

	private memory: IDataObject = {};

	private isActive = false;

	/** Counts the processes: a poll of one that has died has no effect. */
	private process = 0;

	private running = 0;

	constructor(
		private readonly clock: Clock,
		seed: number,
		parameters: IDataObject,
		serve: Serve,
		private readonly budgetMs?: number,
	) {
		this.node = nodeWith(parameters);
		this.network = new Network(clock, seed, this.node, serve);
	}

	/** Starts a poll; the promise is kept when the clock has gone on far enough. */
	async poll(fate: Fate = 'saved'): Promise<Poll> {
		const { process } = this;
		const { clock } = this;
		const result: Poll = { fate, startMs: clock.nowMs, endMs: 0, requests: 0, items: [], bytes: 0 };
		const context = this.context(result);
		this.running += 1;
		try {
			const output = await trigger.poll.call(context);
			result.items = (output ?? []).flat().map(({ json }) => json);
		} catch (error) {
			result.error = error;
		}
		result.endMs = clock.nowMs;
		if (process !== this.process) return { ...result, fate: 'discarded' };
		this.running -= 1;
		result.bytes = JSON.stringify(this.memory).length;
		this.polls.push(result);
		if (fate === 'saved') this.save(result);
		else this.die();
		return result;
	}

	/** Somebody, or another version, has changed every large number in the static data. */
	damage(change: (value: number) => unknown): void {
		const changed = (_key: string, value: unknown) =>
			typeof value === 'number' && value > 1e6 ? change(value) : value;
		this.memory = JSON.parse(JSON.stringify(this.memory), changed) as IDataObject;
	}

	/** The process ends, with all polls that are under way. */
	die(): void {
		this.process += 1;
		this.running = 0;
		this.memory = JSON.parse(this.database) as IDataObject;
	}

	private save({ items, error }: Poll): void {
		const activates = !this.isActive && error === undefined;
		if (activates) this.isActive = true;
		if (activates || items.length > 0) this.database = JSON.stringify(this.memory);
		if (this.running === 0) {
			this.memory = JSON.parse(JSON.stringify(this.memory)) as IDataObject;
		}
	}

	/** What is changed below the top level of the static data would not be saved: it must not happen. */
	private staticData(): IDataObject {
		return frozenBelow(this.memory);
	}

	private context(poll: Poll): IPollFunctions {
		const { node, network } = this;
		const request = async (_credential: string, options: IHttpRequestOptions) => {
			poll.requests += 1;
			if (poll.requests > MAX_REQUESTS) throw network.failure('ERR_CANCELED', 'canceled');
			return await network.request(options);
		};
		const context: Partial<IPollFunctions> = {
			getNode: () => node,
			getMode: () => 'trigger',
			getActivationMode: () => (this.isActive ? 'init' : 'activate'),
			getTimezone: () => 'UTC',
			getNodeParameter: ((name: string, fallback?: unknown, options?: { extractValue?: boolean }) =>
				parameterOf(node, name, options?.extractValue === true) ??
				fallback) as IPollFunctions['getNodeParameter'],
			getWorkflowStaticData: () => this.staticData(),
			getCredentials: (async () => CREDENTIALS) as unknown as IPollFunctions['getCredentials'],
			helpers: {
				httpRequestWithAuthentication: request,
			} as unknown as IPollFunctions['helpers'],
		};
		const { budgetMs } = this;
		if (budgetMs !== undefined) context.getPollBudgetMs = () => budgetMs;
		return context as IPollFunctions;
	}
}

/** Freezes all values of an object, so that they can only be replaced as a whole. */
function frozenBelow(data: IDataObject): IDataObject {
	for (const value of Object.values(data)) freeze(value);
	return data;
}

function freeze(value: unknown): void {
	if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	Object.values(value).forEach(freeze);
}
