import type { INodeProperties } from 'n8n-workflow';

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

/** For calls that few users tie to an end user. */
export const userOption: INodeProperties = {
	displayName: 'User',
	name: 'user',
	type: 'string',
	default: '',
	placeholder: 'e.g. customer-42',
	description: 'Your name for the end user on whose behalf the call is made',
};
