import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, IHttpRequestOptions, INode, IPollFunctions } from 'n8n-workflow';

import { runPoll } from '../../../../nodes/ChatflowTrigger/poll';

/** What a server answers: the body of a 200, or a status of its own. */
export interface Answer {
	status?: number;
	body: unknown;
}

export type Serve = (path: string, query: IDataObject) => Answer;

export interface FakeSetup {
	parameters: IDataObject;
	credentials?: IDataObject;
	serve: Serve;
	mode?: 'trigger' | 'manual';
	/** Called before each request; may wait, and may throw what a request throws. */
	onRequest?: () => Promise<void> | void;
	budgetMs?: number;
	/** The time on the server, noted when a poll starts. */
	clock?: () => number;
}

const NODE: INode = {
	id: 'trigger',
	name: 'Chatflow Trigger',
	type: 'n8n-nodes-chatflow.chatflowTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const CREDENTIALS: IDataObject = {
	baseUrl: 'http://server.test/v1',
	apiKey: 'app-1234567890',
	robotKey: 'key-1234567890',
	robotToken: 'token-1234567890',
	username: 'someone',
};

/** A request that got no answer, as n8n reports it. */
export function timeOut(): NodeApiError {
	return new NodeApiError(NODE, { message: 'timeout' }, { httpCode: 'ECONNABORTED' });
}

/** An n8n poll context that asks a server in memory. `memory` is the node's static data. */
export function pollContext(setup: FakeSetup, memory: IDataObject): IPollFunctions {
	const { parameters, serve, onRequest, budgetMs, mode = 'trigger' } = setup;
	const request = async (_credential: string, options: IHttpRequestOptions) => {
		await onRequest?.();
		const { status = 200, body } = serve(options.url, options.qs ?? {});
		return { statusCode: status, headers: {}, body: JSON.stringify(body) };
	};
	const context: Partial<IPollFunctions> = {
		getNode: () => NODE,
		getMode: () => mode,
		getActivationMode: () => 'activate',
		getTimezone: () => 'UTC',
		getNodeParameter: ((name: string, fallback?: unknown) =>
			parameters[name] ?? fallback) as IPollFunctions['getNodeParameter'],
		getWorkflowStaticData: () => memory,
		getCredentials: (async () => ({
			...CREDENTIALS,
			...setup.credentials,
		})) as unknown as IPollFunctions['getCredentials'],
		helpers: {
			httpRequestWithAuthentication: request,
		} as unknown as IPollFunctions['helpers'],
		...(budgetMs === undefined ? {} : { getPollBudgetMs: () => budgetMs }),
	};
	return context as IPollFunctions;
}

/** One execution that was started: its items, and whether its place was saved with it. */
export interface Execution {
	items: IDataObject[];
	saved: boolean;
	/** When its poll started, by the clock of the setup. */
	startedMs: number;
}

function frozen<T>(value: T): T {
	if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		Object.values(value).forEach(frozen);
	}
	return value;
}

/**
 * n8n as far as a polling trigger can tell: static data in memory is shared by all
 * polls of the process; the database gets it with an execution and after an activation only; a
 * process that starts again polls at once and fails to activate when that poll throws.
 */
export class FakeN8n {
	readonly executions: Execution[] = [];

	/** Failures that would stand in the list of executions. */
	readonly failures: unknown[] = [];

	private database = '{}';

	private memory: IDataObject = {};

	private active = false;

	constructor(private readonly setup: FakeSetup) {}

	/** The items of all executions, in the order in which they came. */
	get emitted(): IDataObject[] {
		return this.executions.flatMap(({ items }) => items);
	}

	/** What the database would hold, in bytes. */
	get size(): number {
		return JSON.stringify(this.memory).length;
	}

	state(): IDataObject {
		return this.memory;
	}

	/** Kills the process; the memory that was not saved is gone. */
	kill(): void {
		this.memory = JSON.parse(this.database) as IDataObject;
		this.active = false;
	}

	/**
	 * One poll, the activating one when the process has just started.
	 *
	 * @param crash n8n dies after it has started the execution and before it has saved the place.
	 */
	async poll({ crash = false } = {}): Promise<Execution | undefined> {
		const { memory } = this;
		const activates = !this.active;
		const startedMs = this.setup.clock?.() ?? 0;
		try {
			const output = await runPoll(pollContext(this.setup, memory));
			// The process may have been killed while the request was under way.
			if (memory !== this.memory) return undefined;
			frozen(memory.position);
			this.active = true;
			if (!output) {
				if (activates) this.save();
				return undefined;
			}
			const items = (output[0] ?? []).map(({ json }) => json);
			const execution = { items, saved: !crash, startedMs };
			this.executions.push(execution);
			if (crash) this.kill();
			else this.save();
			return execution;
		} catch (error) {
			frozen(memory.position);
			this.failures.push(error);
			return undefined;
		}
	}

	private save(): void {
		this.database = JSON.stringify(this.memory);
	}
}
