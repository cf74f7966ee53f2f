import type {
	IDataObject,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import type { Service } from './client';
import type { Item } from './item';
import { isObject } from './values';

/** One thing that a node can do. Its file holds all there is to it. */
export interface Operation {
	/** As the list of operations shows it: "Get Many". */
	name: string;
	/** As n8n's list of nodes shows it: "Get many conversations". */
	action: string;
	description: string;
	/** Its own fields, in order. The Resource and Operation that show them are added by {@link nodeProperties}. */
	fields: INodeProperties[];
	/**
	 * Does it for one input item.
	 *
	 * @throws ChatflowError, or an error of n8n.
	 */
	execute(item: Item): Promise<INodeExecutionData[]>;
	/**
	 * Ends the work for all items together, after `execute` has begun it for each: to wait for all of
	 * them at once, or to decide by all of them. Under Continue On Fail some may have failed.
	 *
	 * @returns What each item came to, in the order of `begun`.
	 */
	finish?(begun: Begun[]): Promise<Outcome[]>;
	/**
	 * Names what two items must not work on at once (a conversation, a segment); `undefined` if the
	 * item is free. Asked only if the Concurrency option is above 1.
	 */
	exclusiveKey?(item: Item): string | undefined;
	/**
	 * What is left of an item if an AI agent called the node as its tool; items of an Output Mode other
	 * than Aggregated stay as they are.
	 */
	toolFields?: string[] | ((json: IDataObject) => string[]);
}

/** What an item came to: its output, or what it failed with. */
export type Outcome = INodeExecutionData[] | Error;

/** An item that `execute` is done with. */
export interface Begun {
	item: Item;
	outcome: Outcome;
}

/** A thing that operations work on. */
export interface Resource {
	/** As the list of resources shows it. */
	name: string;
	defaultOperation: string;
	/** By the value that n8n saves. */
	operations: Record<string, Operation>;
	/** What it is asked of, if not the node's own service. */
	service?: Service;
}

/** By the value that n8n saves. */
export type Resources = Record<string, Resource>;

/** The operation of a resource, if there is one. */
export function operationOf(
	resources: Resources,
	resource: string,
	operation: string,
): Operation | undefined {
	const operations = Object.hasOwn(resources, resource) ? resources[resource]?.operations : {};
	return operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
}

/** The resources that a service is asked for. */
export function resourcesOf(
	resources: Resources,
	service: Service,
	ownService: Service = service,
): string[] {
	return Object.keys(resources).filter(
		(name) => (resources[name]?.service ?? ownService) === service,
	);
}

/** All properties of a node: the selectors of resource and operation, and the fields of each operation. */
export function nodeProperties(resources: Resources, defaultResource: string): INodeProperties[] {
	const selector: INodeProperties = {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: Object.entries(resources)
			.map(([value, { name }]) => ({ name, value }))
			.sort(byName),
		default: defaultResource,
	};
	const perResource = Object.entries(resources).flatMap(([value, resource]) =>
		resourceProperties(value, resource),
	);
	return [selector, ...perResource];
}

function resourceProperties(value: string, resource: Resource): INodeProperties[] {
	const { defaultOperation } = resource;
	const operations = Object.entries(resource.operations);
	const selector: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: operations
			.map(([operation, { name, description, action }]) => ({
				name,
				value: operation,
				description,
				action,
			}))
			.sort(byName),
		default: defaultOperation,
	};
	const fields = operations.flatMap(([operation, { fields: own }]) =>
		updateDisplayOptions({ show: { resource: [value], operation: [operation] } }, own),
	);
	return [selector, ...fields];
}

function byName(left: INodePropertyOptions, right: INodePropertyOptions): number {
	return left.name < right.name ? -1 : 1;
}

/** JSON as an item can hold it: an object as it is, anything else under `data`. */
export function jsonObject(value: unknown): IDataObject {
	return isObject(value) ? value : { data: value as IDataObject };
}

/** The output of an operation that gives one item, see {@link jsonObject}. */
export function json(value: unknown): INodeExecutionData[] {
	return [{ json: jsonObject(value) }];
}

/** The output of an operation that gives an item for every record. */
export function jsonList(records: IDataObject[]): INodeExecutionData[] {
	return records.map((record) => ({ json: record }));
}
