import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { mapItems } from './concurrency';
import { asNodeError, errorItem, markFailed } from './errors';
import type { Operation, Operations } from './operation';
import { isToolRun, toolItem } from './tool';

/**
 * The one item loop of an action node: looks up the operation, runs it for every item (several at
 * once when the Concurrency option says so), pairs what comes out with its input item, and turns a
 * failure into an error of that item, or into an error item under Continue On Fail.
 */
export async function runOperations(
	context: IExecuteFunctions,
	operations: Operations,
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	const perItem = await mapItems(
		count,
		concurrency(context),
		async (itemIndex) => await runItem(context, operations, itemIndex),
		(itemIndex) =>
			orElse(undefined, () =>
				chosen(context, operations, itemIndex)?.exclusiveKey?.(context, itemIndex),
			),
	);
	return [perItem.flat()];
}

async function runItem(
	context: IExecuteFunctions,
	operations: Operations,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	try {
		const operation = chosen(context, operations, itemIndex);
		if (!operation) throw unknownOperation(context, itemIndex);
		const items = await operation.execute(context, itemIndex);
		const shorten = shortenerFor(context, operation);
		return items.map((item) => ({
			...item,
			json: shorten(item.json),
			pairedItem: { item: itemIndex },
		}));
	} catch (error) {
		const nodeError = asNodeError(context.getNode(), error, itemIndex);
		if (!context.continueOnFail()) throw asNodeError(context.getNode(), nodeError, itemIndex);
		const item = errorItem(nodeError, itemIndex);
		const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
		return [hasErrorOutput ? markFailed(item, nodeError) : item];
	}
}

/** A model that called the node as its tool gets the short form of an item. */
function shortenerFor(
	context: IExecuteFunctions,
	{ toolFields }: Operation,
): (json: IDataObject) => IDataObject {
	if (!toolFields || !isToolRun(context)) return (json) => json;
	return (json) => toolItem(json, toolFields);
}

function chosen(
	context: IExecuteFunctions,
	operations: Operations,
	itemIndex: number,
): Operation | undefined {
	const resource = String(context.getNodeParameter('resource', itemIndex));
	const operation = String(context.getNodeParameter('operation', itemIndex));
	return operations[resource]?.[operation];
}

function unknownOperation(context: IExecuteFunctions, itemIndex: number): NodeOperationError {
	const resource = context.getNodeParameter('resource', itemIndex);
	const operation = context.getNodeParameter('operation', itemIndex);
	return new NodeOperationError(
		context.getNode(),
		`There is no operation "${operation}" for the resource "${resource}"`,
		{ itemIndex, description: 'Choose the resource and the operation from their lists' },
	);
}

/** How many items at once: the Concurrency option of the first item, 1 by default. */
function concurrency(context: IExecuteFunctions): number {
	if (context.getInputData().length === 0) return 1;
	const options = orElse({}, () => context.getNodeParameter('options', 0, {}) as IDataObject);
	return Math.max(1, Math.floor(Number(options.concurrency ?? 1)) || 1);
}

/** A look at parameters before the items are worked on: one that fails will fail its own item. */
function orElse<T>(fallback: T, look: () => T): T {
	try {
		return look();
	} catch {
		return fallback;
	}
}
