import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Service } from './client';
import { mapItems } from './concurrency';
import { errorItem, invalidValue, markFailed, toNodeError } from './errors';
import type { OutputMode } from './fields';
import type { Findings } from './item';
import { Item } from './item';
import type { Begun, Operation, Outcome, Resources } from './operation';
import { operationOf } from './operation';
import type { Redact } from './redact';
import { redactor } from './redact';
import { isToolRun, toolItem } from './tool';

/**
 * The one item loop of an action node: looks up the operation, runs it for every item (several at
 * once if the Concurrency option says so), pairs what comes out with its input item, and turns a
 * failure into an error of that item, or into an error item under Continue On Fail. Secrets are
 * blanked in all that leaves it.
 *
 * @param service Of the resources that name none.
 * @param prepareParallel Done for each item of that service if several are worked on at once.
 * @param explain Completes an error of that service with what takes a request to find out.
 */
export async function runOperations(
	context: IExecuteFunctions,
	resources: Resources,
	service: Service,
	prepareParallel?: (item: Item) => Promise<void>,
	explain?: Execution['explain'],
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	const atOnce = Math.min(count, maxAtOnce(context));
	const prepare = atOnce > 1 ? prepareParallel : undefined;
	const ownService = service;
	const execution = { context, resources, ownService, prepare, explain, findings: new Map() };
	const begun = await mapItems(
		count,
		atOnce,
		async (itemIndex) => await beginItem(execution, itemIndex),
		(itemIndex) => orElse(undefined, () => exclusiveKey(context, resources, itemIndex)),
	);
	const outcomes = await finishItems(execution, begun);
	return [begun.flatMap(({ item }, at) => itemsOf(execution, item, outcomes[at] ?? []))];
}

/** One execution of the node. */
interface Execution {
	context: IExecuteFunctions;
	resources: Resources;
	ownService: Service;
	/** What is to be done for each item before it. */
	prepare?: (item: Item) => Promise<void>;
	explain?: (item: Item, error: unknown) => Promise<unknown>;
	/** By credential: what was found out once for all its items. */
	findings: Map<string, Findings>;
}

/** @throws An error of n8n, unless failed items are to be kept (Continue On Fail). */
async function beginItem(execution: Execution, itemIndex: number): Promise<Begun> {
	const { context, resources } = execution;
	const service = serviceOf(execution, itemIndex);
	const { redact, findings } = await itemCredential(execution, service, itemIndex);
	let item = new Item(context, itemIndex, [], redact, findings);
	try {
		const operation = chosenOperation(context, resources, itemIndex);
		item = new Item(context, itemIndex, operation.fields, redact, findings);
		const isOwn = service === execution.ownService;
		return {
			item,
			outcome: await (isOwn ? runOwn(execution, operation, item) : operation.execute(item)),
		};
	} catch (error) {
		return { item, outcome: failureOf(context, item, error) };
	}
}

async function runOwn(
	{ prepare, explain }: Execution,
	operation: Operation,
	item: Item,
): Promise<INodeExecutionData[]> {
	await prepare?.(item);
	try {
		return await operation.execute(item);
	} catch (error) {
		return await Promise.reject(explain ? await explain(item, error) : error);
	}
}

/** The end that the operation makes of all items together, if it does. All items have one operation. */
async function finishItems({ context, resources }: Execution, begun: Begun[]): Promise<Outcome[]> {
	const outcomes = begun.map(({ outcome }) => outcome);
	const operation = orElse(undefined, () => chosenOperation(context, resources, 0));
	const [first] = begun;
	if (!operation?.finish || !first) return outcomes;
	const finished = await operation.finish(begun).catch((error: unknown) => {
		const failure = failureOf(context, first.item, error);
		return outcomes.map((outcome) => (outcome instanceof Error ? outcome : failure));
	});
	return finished.map((outcome, at) => {
		const item = begun[at]?.item ?? first.item;
		return outcome instanceof Error ? failureOf(context, item, outcome) : outcome;
	});
}

/** A failure as it is kept for an error item. @throws It at once unless Continue On Fail is on. */
function failureOf(context: IExecuteFunctions, item: Item, error: unknown): Error {
	if (context.continueOnFail()) return error instanceof Error ? error : new Error(String(error));
	throw toNodeError(context.getNode(), error, item.redact, item.index);
}

function itemsOf({ context, resources }: Execution, item: Item, outcome: Outcome) {
	const { index, redact } = item;
	if (outcome instanceof Error) {
		const nodeError = toNodeError(context.getNode(), outcome, redact, index);
		const failed = errorItem(nodeError, index);
		const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
		return [hasErrorOutput ? markFailed(failed, nodeError) : failed];
	}
	const shorten = shortenerFor(context, chosenOperation(context, resources, index), index);
	return outcome.map((entry) => ({
		...entry,
		json: redact(shorten(entry.json)),
		pairedItem: { item: index },
	}));
}

/** The service of the resource; of one that does not exist the node's own. */
function serviceOf({ context, resources, ownService }: Execution, itemIndex: number): Service {
	const name = orElse('', () => String(context.getNodeParameter('resource', itemIndex)));
	const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
	return resource?.service ?? ownService;
}

/** Without a credential there is nothing to blank; the operation fails by itself. */
async function itemCredential(
	{ context, findings }: Execution,
	service: Service,
	itemIndex: number,
): Promise<{ redact: Redact; findings?: Findings }> {
	try {
		const credentials = await context.getCredentials(service.credential, itemIndex);
		const key = JSON.stringify([service.credential, credentials]);
		const known = findings.get(key) ?? new Map<string, Promise<unknown>>();
		findings.set(key, known);
		return { redact: redactor(service.secrets(credentials)), findings: known };
	} catch {
		return { redact: (value) => value };
	}
}

function exclusiveKey(
	context: IExecuteFunctions,
	resources: Resources,
	itemIndex: number,
): string | undefined {
	const operation = chosenOperation(context, resources, itemIndex);
	return operation.exclusiveKey?.(new Item(context, itemIndex, operation.fields));
}

/**
 * A model that called the node as its tool gets the short form of an item. The items of other output
 * modes than the usual one stay as they are: their user asked for the details.
 */
function shortenerFor(
	context: IExecuteFunctions,
	{ toolFields }: Operation,
	itemIndex: number,
): (json: IDataObject) => IDataObject {
	const mode = orElse(AGGREGATED, () =>
		context.getNodeParameter('outputMode', itemIndex, AGGREGATED),
	);
	if (!toolFields || !isToolRun(context) || mode !== AGGREGATED) return (json) => json;
	if (Array.isArray(toolFields)) return (json) => toolItem(json, toolFields);
	return (json) => toolItem(json, toolFields(json));
}

const AGGREGATED: OutputMode = 'aggregated';

function chosenOperation(
	context: IExecuteFunctions,
	resources: Resources,
	itemIndex: number,
): Operation {
	const resource = String(context.getNodeParameter('resource', itemIndex));
	const name = String(context.getNodeParameter('operation', itemIndex));
	const operation = operationOf(resources, resource, name);
	if (operation) return operation;
	throw invalidValue(
		`There is no operation "${name}" for the resource "${resource}"`,
		'Choose the resource and the operation from their lists',
	);
}

/** How many items at once: the Concurrency option of the first item, 1 by default. */
function maxAtOnce(context: IExecuteFunctions): number {
	if (context.getInputData().length === 0) return 1;
	const { concurrency } = orElse({}, () => new Item(context, 0).options);
	return Math.max(1, Math.floor(Number(concurrency ?? 1)) || 1);
}

/** A look at parameters before the items are worked on: one that fails will fail its own item. */
function orElse<T>(fallback: T, look: () => T): T {
	try {
		return look();
	} catch {
		return fallback;
	}
}
