import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { SessionOptions } from '../transport/session';

import { byDisplayName } from '../../shared/descriptions';

/** Options of every operation. */
const concurrencyOption: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description:
		'How many items to work on at once. The order of the output stays, and items of one session never run at the same time.',
};

const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 120,
	description: 'How many seconds without a sign of life to wait before giving up',
};

/** Options of the operations that use the WebSocket. */
export const apiVersionOption: INodeProperties = {
	displayName: 'API Version',
	name: 'apiVersion',
	type: 'options',
	options: [
		{ name: 'V1', value: 'v1' },
		{ name: 'V2', value: 'v2' },
	],
	default: 'v2',
	description: 'Version in the path of the WebSocket; older installations may only answer to V1',
};

export function endGraceOption(seconds: number): INodeProperties {
	return {
		displayName: 'End Grace',
		name: 'endGrace',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 1 },
		default: seconds,
		description:
			'How many seconds to wait for the end marker after a sign of the end, such as a question to the user; some servers leave the marker out',
	};
}

export const messageSourceOption: INodeProperties = {
	displayName: 'Message Source',
	name: 'messageSource',
	type: 'string',
	default: 'web',
	placeholder: 'e.g. WS',
	description: 'Where the message says it comes from. The documents name both web and WS.',
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

/** A positive number of seconds among the options, in milliseconds. */
export function secondsMs(options: IDataObject, name: string, byDefault: number): number {
	const seconds = Number(options[name] ?? byDefault);
	return (Number.isFinite(seconds) && seconds > 0 ? seconds : byDefault) * 1000;
}

/** The Timeout option in milliseconds. */
export function timeoutMs(options: IDataObject): number {
	return secondsMs(options, 'timeout', Number(timeoutOption.default));
}

/**
 * What the options say about the WebSocket: API version, Timeout, and End Grace, of which 0 means
 * not to wait at all.
 *
 * @param graceSeconds The default of End Grace in this operation.
 */
export function sessionOptions(options: IDataObject, graceSeconds: number): SessionOptions {
	const none = Number(options.endGrace) === 0;
	return {
		apiVersion: options.apiVersion as SessionOptions['apiVersion'],
		idleMs: timeoutMs(options),
		graceMs: none ? 0 : secondsMs(options, 'endGrace', graceSeconds),
	};
}
