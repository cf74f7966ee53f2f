import type { INodeProperties } from 'n8n-workflow';

export const inputsField: INodeProperties = {
	displayName: 'Inputs',
	name: 'inputs',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "chunk_size": 500 }',
	description: 'Values for the input fields of the pipeline, as a JSON object',
};
