import type { INodeProperties } from 'n8n-workflow';

export const OUTPUT_MODES = ['aggregated', 'perNode', 'events'] as const;

/** What a stream becomes. */
export type OutputMode = (typeof OUTPUT_MODES)[number];

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

/**
 * The order of the fields of a collection: alphabetical. Not by `localeCompare`, which loads the
 * language tables of Node: a good part of the time that n8n takes to load the package.
 */
export function byDisplayName(left: INodeProperties, right: INodeProperties): number {
	return left.displayName < right.displayName ? -1 : 1;
}

export const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
};

/** The name of the binary field that holds the file to send. */
export const inputDataField: INodeProperties = {
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	placeholder: 'e.g. data',
	description: 'The name of the input field containing the binary file data to be sent',
	required: true,
};

/** The name of the binary field that the received file is put into. */
export const outputDataField: INodeProperties = {
	displayName: 'Output Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	placeholder: 'e.g. data',
	description: 'The name of the output field to put the binary file data in',
	required: true,
};
