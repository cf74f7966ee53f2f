import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';

import type { EngineResult, EngineRun, NodeFailure } from '../support/engine';
import { runNode } from '../support/engine';
import type { Session } from './session';

/** Longer than any check should take; a node that gives nothing until then has failed. */
const LIMIT_MS = 120_000;

export interface RunOptions extends Pick<EngineRun, 'items' | 'streaming' | 'onChunk' | 'onError'> {
	/** How long the node may take. */
	limitMs?: number;
}

/** The error of a node, with all that it tells the user in its message. */
export class NodeError extends Error {
	constructor(readonly failure: NodeFailure) {
		const { message, description, httpCode } = failure;
		super([message, description, httpCode ? `(${httpCode})` : ''].filter(Boolean).join(' | '));
	}
}

/** Runs operations of one node with one credential in n8n's engine. */
export class NodeRunner {
	constructor(
		readonly session: Session,
		private readonly node: 'dify' | 'cybertron',
		readonly credentials: Record<string, ICredentialDataDecryptedObject>,
	) {}

	/**
	 * Runs `resource.operation`.
	 *
	 * @throws NodeError if the node fails; Error if it takes too long, shows a key, or does not pair
	 * its items.
	 */
	async run(
		operation: `${string}.${string}`,
		parameters: INodeParameters = {},
		{ limitMs = LIMIT_MS, ...options }: RunOptions = {},
	): Promise<EngineResult> {
		const [resource = '', name = ''] = operation.split('.');
		const limit = new Limit(limitMs, this.session.signal);
		const running = runNode({
			node: this.node,
			parameters: { resource, operation: name, ...parameters },
			credentials: this.credentials,
			cancel: limit.reached,
			...options,
		});
		try {
			const result = await Promise.race([running, limit.failure()]);
			this.session.assertNoSecret(textOf(result));
			if (result.error) throw new NodeError(result.error);
			assertPaired(result.items, options.items?.length ?? 1);
			return result;
		} finally {
			limit.clear();
		}
	}

	/** The only item. */
	async one(
		operation: `${string}.${string}`,
		parameters: INodeParameters = {},
		options: RunOptions = {},
	): Promise<IDataObject> {
		const { json } = await this.run(operation, parameters, options);
		if (json.length !== 1 || !json[0]) throw new Error(`${json.length} items instead of one`);
		return json[0];
	}

	/** The error of an operation that must fail. */
	async error(
		operation: `${string}.${string}`,
		parameters: INodeParameters = {},
		options: RunOptions = {},
	): Promise<NodeFailure> {
		try {
			const { json } = await this.run(operation, parameters, options);
			throw new Error(`no error, but ${JSON.stringify(json).slice(0, 300)}`);
		} catch (error) {
			if (error instanceof NodeError) return error.failure;
			throw error;
		}
	}
}

/** A limit of time, or Ctrl-C. */
class Limit {
	/** Cancels the execution. */
	readonly reached: Promise<void>;
	private timer?: NodeJS.Timeout;
	private isReached = false;

	constructor(
		private readonly ms: number,
		private readonly signal: AbortSignal,
	) {
		this.reached = new Promise((resolve) => {
			const end = () => {
				this.isReached = true;
				resolve();
			};
			this.timer = setTimeout(end, ms);
			signal.addEventListener('abort', end, { once: true });
		});
	}

	async failure(): Promise<never> {
		await this.reached;
		const why = this.signal.aborted ? 'interrupted' : `nothing came within ${this.ms / 1000} s`;
		return await Promise.reject(new Error(why));
	}

	clear(): void {
		if (!this.isReached) clearTimeout(this.timer);
	}
}

/** Everything that a user can see of an execution. */
function textOf({ json, error, hints, chunks }: EngineResult): string {
	const { message, description, context } = error ?? {};
	const messages = (error as unknown as IDataObject | undefined)?.messages;
	return JSON.stringify([
		json,
		message,
		description,
		context,
		messages,
		error?.stack,
		hints,
		chunks,
	]);
}

function assertPaired(items: INodeExecutionData[], inputs: number): void {
	const isPaired = ({ pairedItem }: INodeExecutionData) => {
		const paired = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
		const index = typeof paired === 'object' ? paired.item : paired;
		return index !== undefined && index >= 0 && index < inputs;
	};
	if (!items.every(isPaired)) throw new Error('an item is not paired with its input item');
}
