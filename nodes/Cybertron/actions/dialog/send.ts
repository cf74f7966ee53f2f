import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { toolFields } from '../../run/state/outputs';
import {
	continueLatestOption,
	exclusiveKey,
	maxWaitOption,
	questionField,
	segmentCodeField,
	segmentCodeNotice,
} from '../message';
import { askOverHttp } from './askOverHttp';
import { askOverWebSocket } from './askOverWebSocket';
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
			{ name: 'HTTP', value: 'http', description: 'One request, one response' },
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

/** Asks a robot a question. */
export const send: Operation = {
	name: 'Send',
	action: 'Send dialog message',
	description: 'Ask a robot a question and get its answer',
	fields: [
		{
			...questionField,
			hint: 'May be empty only over WebSocket, for robots that speak first',
		},
		segmentCodeField,
		segmentCodeNotice,
		optionsField(maxWaitOption, ...ownOptions),
	],
	execute: async (item) => {
		const overWebSocket = item.options.transport === 'webSocket';
		return json(overWebSocket ? await askOverWebSocket(item) : await askOverHttp(item));
	},
	exclusiveKey,
	toolFields,
};
