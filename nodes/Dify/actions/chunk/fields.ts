import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import { invalidValue } from '../../../shared/errors';
import { childChunkField, chunkField, datasetField, documentField } from '../pickers';

const LEVELS = ['parent', 'child'] as const;
export type Level = (typeof LEVELS)[number];

const levelField: INodeProperties = {
	displayName: 'Level',
	name: 'level',
	type: 'options',
	options: [
		{
			name: 'Child',
			value: 'child',
			description: 'A part of a chunk; documents with parent-child chunking have them',
		},
		{ name: 'Parent', value: 'parent', description: 'A chunk of the document' },
	],
	default: 'parent',
	description: 'What to work on: chunks of the document, or parts of one chunk',
};

/** Where all chunks of a document are, or all parts of a chunk. */
export const placeFields: INodeProperties[] = [
	datasetField,
	documentField,
	levelField,
	{ ...chunkField, displayOptions: { show: { level: ['child'] } } },
];

/** One chunk, or one part of it. */
export const oneFields: INodeProperties[] = [
	datasetField,
	documentField,
	levelField,
	chunkField,
	{ ...childChunkField, displayOptions: { show: { level: ['child'] } } },
];

export const contentField: INodeProperties = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	placeholder: 'e.g. Employees have 30 days of leave.',
	description: 'The text of the chunk; in a Q&A knowledge base the question',
	required: true,
};

/** Answer and keywords are of parents only. */
const forParents = { show: { '/level': ['parent'] } };

export const parentOptions: INodeProperties[] = [
	{
		displayName: 'Answer',
		name: 'answer',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. 30 days.',
		description: 'The answer to the question; a Q&A knowledge base requires it',
		displayOptions: forParents,
	},
	{
		displayName: 'Keywords',
		name: 'keywords',
		type: 'string',
		default: '',
		placeholder: 'e.g. leave, holidays',
		description: 'Keywords of the chunk, separated by commas; without any, Dify chooses them',
		displayOptions: forParents,
	},
];

/** @throws ChatflowError if there is no such level. */
export function levelOf(item: Item): Level {
	const given = String(item.value('level') || 'parent');
	const level = LEVELS.find((name) => name === given);
	if (level) return level;
	throw invalidValue(`There is no level "${given}"`, 'The levels are parent and child');
}

/** Where the chunks of the document are. */
export function chunksPath(item: Item): string {
	return path`/datasets/${item.id('datasetId')}/documents/${item.id('documentId')}/segments`;
}

/** The chunk; with the level Child the one that it is a part of. */
export function chunkPath(item: Item): string {
	return chunksPath(item) + path`/${item.id('chunkId')}`;
}

/** Where the parts of the chunk are. */
export function childrenPath(item: Item): string {
	return `${chunkPath(item)}/child_chunks`;
}

/** What the node is about: a chunk of the document, or a part of one. */
export function onePath(item: Item): string {
	return levelOf(item) === 'parent'
		? chunkPath(item)
		: childrenPath(item) + path`/${item.id('childChunkId')}`;
}
