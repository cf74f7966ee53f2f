import type { INodeProperties } from 'n8n-workflow';

import { rerankModelField } from '../pickers';

const searchMethodOption: INodeProperties = {
	displayName: 'Search Method',
	name: 'searchMethod',
	type: 'options',
	options: [
		{ name: 'Full Text', value: 'full_text_search', description: 'By the words of the query' },
		{ name: 'Hybrid', value: 'hybrid_search', description: 'By meaning and by words' },
		{ name: 'Keyword', value: 'keyword_search', description: 'By the keywords of each chunk' },
		{ name: 'Semantic', value: 'semantic_search', description: 'By meaning' },
	],
	default: 'semantic_search',
	description: 'How chunks are found. An economy knowledge base always searches by keywords.',
};

const topKOption: INodeProperties = {
	displayName: 'Top K',
	name: 'topK',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 4,
	description: 'Max number of chunks to find',
};

const scoreThresholdOption: INodeProperties = {
	displayName: 'Score Threshold',
	name: 'scoreThreshold',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	default: 0.5,
	description:
		'How similar a chunk must be to the query, from 0 to 1. With 0 there is no such limit.',
};

/** How a knowledge base is searched. What is not set stays as it is saved in Dify. */
export const retrievalOptions: INodeProperties[] = [
	{ ...rerankModelField, required: false },
	scoreThresholdOption,
	searchMethodOption,
	topKOption,
];
