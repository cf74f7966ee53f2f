import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent called this node as its tool. `isToolExecution()` says so for agents that hold
 * their tools themselves; agents that have the engine run them (version 3) execute the node like any
 * other, and then only its type tells: n8n adds `Tool` to it.
 */
export function isToolRun(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || /Tool$/.test(context.getNode().type);
}

/**
 * Leaves only the named fields of an item, and of these only those that say something: a model pays
 * for every word that a tool answers.
 */
export function toolItem(item: IDataObject, fields: string[]): IDataObject {
	const kept = fields.filter((field) => !isEmpty(item[field]));
	return Object.fromEntries(kept.map((field) => [field, item[field]]));
}

function isEmpty(value: unknown): boolean {
	if (value === undefined || value === null || value === '') return true;
	if (typeof value !== 'object') return false;
	return Object.keys(value).length === 0;
}
