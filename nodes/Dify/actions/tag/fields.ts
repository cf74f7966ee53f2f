import type { INodeProperties } from 'n8n-workflow';

export const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. public',
	description: 'The name of the tag, at most 50 characters; no two may have the same',
	required: true,
};
