import type { INodeProperties } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';

const keywordOption: INodeProperties = {
	displayName: 'Keyword',
	name: 'keyword',
	type: 'string',
	default: '',
	placeholder: 'e.g. handbook',
	description: 'Only knowledge bases with this text in their name',
};

/** GET /datasets. `include_all`: the key opens those, too, that only their owner sees in Dify. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many knowledge bases',
	description: 'Get the knowledge bases of the workspace, the newest first',
	fields: [returnAllField, limitField, optionsField(keywordOption)],
	execute: async (item) =>
		jsonList(
			await readList(item, {
				path: '/datasets',
				rule: LIST_RULES.datasets,
				query: defined({ include_all: 'true', keyword: asText(item.options.keyword) }),
			}),
		),
};
