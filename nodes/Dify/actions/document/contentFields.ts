import type { INodeProperties } from 'n8n-workflow';

import { inputDataField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import { asText } from '../../../shared/values';
import type { Chunking } from '../../knowledge/chunking';

/** Where the content of a document comes from. */
export const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'File', value: 'file', description: 'A binary file of the input item' },
			{ name: 'Text', value: 'text' },
		],
		default: 'file',
		description: 'What the document is made of',
	},
	{ ...inputDataField, displayOptions: { show: { source: ['file'] } } },
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. Opening hours',
		description: 'The name of the document. Dify tells documents apart by their names.',
		required: true,
		displayOptions: { show: { source: ['text'] } },
	},
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. We are open from 9 to 5',
		description: 'The content of the document',
		required: true,
		displayOptions: { show: { source: ['text'] } },
	},
];

const withRules: INodeProperties['displayOptions'] = {
	show: { chunking: ['custom', 'parentChild'] },
};
const withChildren: INodeProperties['displayOptions'] = { show: { chunking: ['parentChild'] } };

/** How documents are cut into chunks. */
export const chunkingFields: INodeProperties[] = [
	{
		displayName: 'Chunking',
		name: 'chunking',
		type: 'options',
		options: [
			{
				name: 'As Knowledge Base',
				value: 'base',
				description: 'As the latest document of the knowledge base',
			},
			{ name: 'Automatic', value: 'automatic', description: 'About 500 tokens for a chunk' },
			{ name: 'Custom', value: 'custom', description: 'By your own separator and length' },
			{
				name: 'Parent-Child',
				value: 'parentChild',
				description: 'Small chunks are searched, the large ones around them are found',
			},
		],
		default: 'base',
		description: 'How the document is cut into chunks',
	},
	{
		displayName: 'Parent Mode',
		name: 'parentMode',
		type: 'options',
		options: [
			{ name: 'Full Document', value: 'full-doc', description: 'The document is the only parent' },
			{ name: 'Paragraph', value: 'paragraph' },
		],
		default: 'paragraph',
		description: 'What the parent chunks are',
		displayOptions: withChildren,
	},
	{
		displayName: 'Separator',
		name: 'separator',
		type: 'string',
		default: '\\n\\n',
		placeholder: 'e.g. \\n\\n',
		description: 'Where chunks end; \\n stands for a line feed',
		displayOptions: withRules,
	},
	{
		displayName: 'Max Tokens',
		name: 'maxTokens',
		type: 'number',
		typeOptions: { minValue: 50, maxValue: 4000 },
		default: 500,
		description: 'The largest length of a chunk, from 50 to 4000 tokens',
		displayOptions: withRules,
	},
	{
		displayName: 'Chunk Overlap',
		name: 'chunkOverlap',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 50,
		description: 'How many tokens a chunk repeats of the one before it',
		displayOptions: { show: { chunking: ['custom'] } },
	},
	{
		displayName: 'Child Separator',
		name: 'childSeparator',
		type: 'string',
		default: '\\n',
		placeholder: 'e.g. \\n',
		description: 'Where child chunks end; \\n stands for a line feed',
		displayOptions: withChildren,
	},
	{
		displayName: 'Child Max Tokens',
		name: 'childMaxTokens',
		type: 'number',
		typeOptions: { minValue: 50, maxValue: 4000 },
		default: 200,
		description: 'The largest length of a child chunk, from 50 to 4000 tokens',
		displayOptions: withChildren,
	},
];

/** Options that go with {@link chunkingFields}. */
export const chunkingOptions: INodeProperties[] = [
	{
		displayName: 'Document Language',
		name: 'docLanguage',
		type: 'string',
		default: '',
		placeholder: 'e.g. English',
		description: 'The language of the questions that Dify makes in a Q&A knowledge base',
	},
	{
		displayName: 'Indexing Technique',
		name: 'indexingTechnique',
		type: 'options',
		options: [
			{ name: 'Economy', value: 'economy', description: 'Keywords, without an embedding model' },
			{ name: 'High Quality', value: 'high_quality', description: 'With an embedding model' },
		],
		default: 'high_quality',
		description: 'How an empty knowledge base that has no technique yet is to find texts',
	},
	{
		displayName: 'Remove Extra Spaces',
		name: 'removeExtraSpaces',
		type: 'boolean',
		default: true,
		description:
			'Whether repeated spaces, line feeds and tabs become one, for Custom and Parent-Child',
	},
	{
		displayName: 'Remove URLs and Emails',
		name: 'removeUrlsAndEmails',
		type: 'boolean',
		default: false,
		description: 'Whether URLs and email addresses are left out, for Custom and Parent-Child',
	},
];

/** What {@link chunkingFields} and {@link chunkingOptions} say. */
export function chunkingOf(item: Item): Chunking {
	const { removeExtraSpaces, removeUrlsAndEmails, indexingTechnique, docLanguage } = item.options;
	const text = (name: string) => asText(item.value(name)) ?? '';
	return {
		mode: (text('chunking') || 'base') as Chunking['mode'],
		separator: text('separator'),
		maxTokens: Number(item.value('maxTokens')),
		overlap: Number(item.value('chunkOverlap')),
		parentMode: text('parentMode') === 'full-doc' ? 'full-doc' : 'paragraph',
		childSeparator: text('childSeparator'),
		childMaxTokens: Number(item.value('childMaxTokens')),
		removeExtraSpaces: removeExtraSpaces !== false,
		removeUrlsAndEmails: removeUrlsAndEmails === true,
		technique: asText(indexingTechnique),
		language: asText(docLanguage),
	};
}
