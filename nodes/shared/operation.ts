import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	IPollFunctions,
} from 'n8n-workflow';

/** Every n8n context from which a service is called. */
export type ApiContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** What an operation's file exports beside its fields. */
export interface Operation {
	/** Does the operation for one input item. Throws NodeApiError or NodeOperationError. */
	execute(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]>;
	/**
	 * Names what must not be worked on by two items at once (a conversation, a segment);
	 * `undefined` when the item is free. Asked only when the Concurrency option is above 1.
	 */
	exclusiveKey?(context: IExecuteFunctions, itemIndex: number): string | undefined;
	/** What is left of an aggregated item when an AI agent called the node as its tool. */
	toolFields?: string[];
}

/** All operations of a node, by resource and operation value. */
export type Operations = Record<string, Record<string, Operation>>;
