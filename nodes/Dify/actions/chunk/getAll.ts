import type { INodeProperties } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';
import { withIndexingError } from '../simplify';
import { childrenPath, chunksPath, levelOf, placeFields } from './fields';

const keywordOption: INodeProperties = {
	displayName: 'Keyword',
	name: 'keyword',
	type: 'string',
	default: '',
	placeholder: 'e.g. leave',
	description: 'Only chunks with this text in their content',
};

const statusOption: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: [
		{ name: 'Completed', value: 'completed' },
		{ name: 'Error', value: 'error' },
		{ name: 'Indexing', value: 'indexing' },
		{ name: 'Waiting', value: 'waiting' },
	],
	default: 'completed',
	description: 'Only chunks in this state of indexing',
	displayOptions: { show: { '/level': ['parent'] } },
};

/** GET /datasets/{dataset_id}/documents/{document_id}/segments, or …/{segment_id}/child_chunks. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many chunks',
	description: 'Get the chunks of a document, or the parts of a chunk, in their order',
	fields: [...placeFields, returnAllField, limitField, optionsField(keywordOption, statusOption)],
	execute: async (item) => {
		const isParent = levelOf(item) === 'parent';
		const { keyword, status } = item.options;
		const chunks = await readList(item, {
			path: isParent ? chunksPath(item) : childrenPath(item),
			rule: LIST_RULES.datasets,
			query: defined({
				keyword: asText(keyword),
				status: isParent ? asText(status) : undefined,
			}),
		});
		return jsonList(chunks.map(withIndexingError));
	},
};
