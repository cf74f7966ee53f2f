import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { optionsField, optionsOf } from '../options';
import {
	continueLatestOption,
	questionField,
	segmentCodeField,
	segmentCodeNotice,
} from '../segment';
import { askOverHttp } from './http';
import { askOverWebSocket } from './webSocket';
import { webSocketOptions } from './webSocketOptions';

const ownOptions: INodeProperties[] = [
	continueLatestOption,
	{
		displayName: 'Extra Body',
		name: 'extraBody',
		type: 'string',
		default: '',
		placeholder: 'e.g. { "orderId": 4711 }',
		description: "Passed on in the HTTP body to the robot's own plugin server",
	},
	{
		displayName: 'Extra Header',
		name: 'extraHeader',
		type: 'string',
		default: '',
		placeholder: 'e.g. department-7',
		description: "Passed on in the HTTP headers to the robot's own plugin server",
	},
	{
		displayName: 'Transport',
		name: 'transport',
		type: 'options',
		options: [
			{ name: 'HTTP', value: 'http', description: 'One request, one answer' },
			{
				name: 'WebSocket',
				value: 'webSocket',
				description:
					'The answer arrives bit by bit, with reasoning, search hits and images; some robots answer only here',
			},
		],
		default: 'http',
		description: 'How to talk to the robot',
	},
	...webSocketOptions,
];

const properties: INodeProperties[] = [
	{
		...questionField,
		hint: 'May be empty only over WebSocket, for robots that speak first',
	},
	segmentCodeField,
	segmentCodeNotice,
	optionsField(...ownOptions),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['dialog'], operation: ['send'] } },
	properties,
);

type Ask = (
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
) => Promise<IDataObject>;

const TRANSPORTS = new Map<unknown, Ask>([['webSocket', askOverWebSocket]]);

/** Asks a robot over HTTP (1.1.1) or over the WebSocket (1.1.2). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const ask = TRANSPORTS.get(options.transport) ?? askOverHttp;
	return [{ json: await ask(context, itemIndex, options) }];
}

export { exclusiveKey } from '../segment';
export { toolFields } from '../../stream/outputs';
