import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { byDisplayName } from '../../shared/descriptions';

export const concurrencyOption: INodeProperties = {
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

export const userField: INodeProperties = {
	displayName: 'User',
	name: 'user',
	type: 'string',
	default: '',
	placeholder: 'e.g. customer-42',
	description:
		'Your name for the end user. Conversations, messages and files are only visible to the user who created them.',
	required: true,
};

/** Kept out of the way: only what few need. */
export const userOption: INodeProperties = {
	displayName: 'User',
	name: 'user',
	type: 'string',
	default: '',
	placeholder: 'e.g. customer-42',
	description: 'Your name for the end user on whose behalf the call is made',
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

/** The Timeout option in milliseconds. */
export function timeoutMs(options: IDataObject): number {
	const seconds = Number(options.timeout ?? timeoutOption.default);
	return (Number.isFinite(seconds) && seconds > 0 ? seconds : Number(timeoutOption.default)) * 1000;
}
