import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { WaitUntil } from '../../stream/offlineFile';
import type { WaitRequest } from '../../transport/offlineFile';
import { secondsMs, timeoutMs } from '../options';

const DEFAULT_LIMIT_SECONDS = 205;
const DEFAULT_INTERVAL_SECONDS = 3;

export const waitForResultField: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: false,
	description: 'Whether to ask for the status again and again until the file has been worked on',
};

const whileWaiting: INodeProperties['displayOptions'] = { show: { '/waitForResult': [true] } };

/** How the result is waited for. */
export const waitOptions: INodeProperties[] = [
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0.2, numberPrecision: 1 },
		default: DEFAULT_INTERVAL_SECONDS,
		description:
			'How many seconds to wait before the status is asked for again. The pauses grow up to five times as long.',
		displayOptions: whileWaiting,
	},
	{
		displayName: 'Wait Limit',
		name: 'waitLimit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_LIMIT_SECONDS,
		description: 'How many seconds to wait for the result altogether',
		displayOptions: whileWaiting,
	},
	{
		displayName: 'Wait Until',
		name: 'waitUntil',
		type: 'options',
		options: [
			{
				name: 'File Is Parsed',
				value: 'parsing',
				description: 'For uploads that run no flow',
			},
			{
				name: 'Flow Has Ended',
				value: 'flow',
				description: 'The file was parsed and the flow has run',
			},
		],
		default: 'flow',
		description: 'What counts as the result',
		displayOptions: whileWaiting,
	},
];

/** What the user set about waiting; `undefined` when the result is not waited for. */
export function waitRequest(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
	byDefault: WaitUntil = 'flow',
): WaitRequest | undefined {
	if (context.getNodeParameter('waitForResult', itemIndex, false) !== true) return undefined;
	return {
		until: (options.waitUntil as WaitUntil | undefined) ?? byDefault,
		limitMs: secondsMs(options, 'waitLimit', DEFAULT_LIMIT_SECONDS),
		intervalMs: secondsMs(options, 'pollInterval', DEFAULT_INTERVAL_SECONDS),
		timeoutMs: timeoutMs(options),
	};
}
