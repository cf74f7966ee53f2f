import type { INodeProperties } from 'n8n-workflow';

const ID_PLACEHOLDER = 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2';

export const conversationField: INodeProperties = {
	displayName: 'Conversation',
	name: 'conversationId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The conversation; the list shows those of User',
	required: true,
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a conversation...',
			typeOptions: { searchListMethod: 'searchConversations', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: ID_PLACEHOLDER },
	],
};

export const datasetField: INodeProperties = {
	displayName: 'Knowledge Base',
	name: 'datasetId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The knowledge base to work on',
	required: true,
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a knowledge base...',
			typeOptions: { searchListMethod: 'searchDatasets', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: ID_PLACEHOLDER },
	],
};

export const annotationField: INodeProperties = {
	displayName: 'Annotation',
	name: 'annotationId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The annotation, a question with its fixed answer',
	required: true,
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an annotation...',
			typeOptions: { searchListMethod: 'searchAnnotations', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: ID_PLACEHOLDER },
	],
};

export const variableField: INodeProperties = {
	displayName: 'Variable',
	name: 'variableId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The conversation variable',
	required: true,
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a variable...',
			typeOptions: { searchListMethod: 'searchVariables', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: ID_PLACEHOLDER },
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. plan' },
	],
};
