import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { byDisplayName } from './descriptions';

const concurrencyOption: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description:
		'How many items to work on at once. The order of the output stays, and items of one conversation never run at the same time.',
};

export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 120,
	description: 'How many seconds without a sign of life to wait before giving up',
};

/** The collection at the end of every operation: its own options beside those that all have. */
export function optionsField(...own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...own, concurrencyOption, timeoutOption].sort(byDisplayName),
	};
}

/** The options collection of one item. */
export function optionsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	return context.getNodeParameter('options', itemIndex, {}) as IDataObject;
}

/** Timers of Node end at once when they are set for longer: just below 2^31 milliseconds. */
const MOST_SECONDS = 2_147_000;

/** A positive number of seconds among the options, in milliseconds. */
export function secondsMs(options: IDataObject, name: string, byDefault: number): number {
	const seconds = Number(options[name] ?? byDefault);
	const valid = Number.isFinite(seconds) && seconds > 0 ? seconds : byDefault;
	return Math.min(valid, MOST_SECONDS) * 1000;
}

/** The Timeout option in milliseconds. */
export function timeoutMs(options: IDataObject): number {
	return secondsMs(options, 'timeout', Number(timeoutOption.default));
}
