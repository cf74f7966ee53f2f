import type { INodeProperties } from 'n8n-workflow';

export type OutputMode = 'aggregated' | 'perNode' | 'events';

export const outputModeField: INodeProperties = {
	displayName: 'Output Mode',
	name: 'outputMode',
	type: 'options',
	options: [
		{
			name: 'Aggregated',
			value: 'aggregated',
			description: 'One item with the whole answer',
		},
		{
			name: 'Events',
			value: 'events',
			description: 'One item for every event that the server sent',
		},
		{
			name: 'Per Node',
			value: 'perNode',
			description: 'One item for every node of the flow that ran',
		},
	],
	default: 'aggregated',
	description: 'What the stream of the server becomes',
};
