import type { INodeProperties } from 'n8n-workflow';

export const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Handbook',
	description: 'The name of the knowledge base, at most 40 characters; no two may have the same',
	required: true,
};

export const descriptionOption: INodeProperties = {
	displayName: 'Description',
	name: 'description',
	type: 'string',
	default: '',
	placeholder: 'e.g. What every employee should know',
	description: 'What the knowledge base holds, at most 400 characters',
};

export const permissionField: INodeProperties = {
	displayName: 'Permission',
	name: 'permission',
	type: 'options',
	options: [
		{
			name: 'All Team Members',
			value: 'all_team_members',
			description: 'Everybody in the workspace sees it in Dify',
		},
		{
			name: 'Only Me',
			value: 'only_me',
			description: 'Only the owner of the workspace sees it in Dify',
		},
	],
	default: 'all_team_members',
	description: 'Who sees the knowledge base in Dify; the API always does',
};

export const indexingTechniqueField: INodeProperties = {
	displayName: 'Indexing Technique',
	name: 'indexingTechnique',
	type: 'options',
	options: [
		{
			name: 'Economy',
			value: 'economy',
			description: 'Finds by keywords and needs no embedding model',
		},
		{
			name: 'High Quality',
			value: 'high_quality',
			description: 'Finds by meaning, with an embedding model',
		},
	],
	default: 'high_quality',
	description: 'How the documents are indexed',
};
