import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { secondsMs, timeoutMs } from '../../shared/options';
import type { SessionOptions } from '../transport/session';

export { optionsField, optionsOf, secondsMs, timeoutMs } from '../../shared/options';

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

/** The option for servers that leave the end marker out; `seconds` is its default in the operation. */
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
