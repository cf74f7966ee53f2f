import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** Options of every operation, in the order in which the editor lists them (alphabetical by label). */
export const concurrencyOption: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description:
		'How many items to work on at once. The order of the output stays, and items of one session never run at the same time.',
};

export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 120,
	description: 'How many seconds without a sign of life to wait before giving up',
};

/** The options collection of one item. */
export function optionsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	return context.getNodeParameter('options', itemIndex, {}) as IDataObject;
}

/** The Timeout option in milliseconds. */
export function timeoutMs(options: IDataObject): number {
	const seconds = Number(options.timeout ?? timeoutOption.default);
	return (Number.isFinite(seconds) && seconds > 0 ? seconds : Number(timeoutOption.default)) * 1000;
}
