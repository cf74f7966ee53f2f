import type { INodeProperties } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';
import { userField } from '../fields';

const sortByOption: INodeProperties = {
	displayName: 'Sort By',
	name: 'sortBy',
	type: 'options',
	options: [
		{ name: 'Created, Newest First', value: '-created_at' },
		{ name: 'Created, Oldest First', value: 'created_at' },
		{ name: 'Updated, Newest First', value: '-updated_at' },
		{ name: 'Updated, Oldest First', value: 'updated_at' },
	],
	default: '-updated_at',
	description: 'The order of the conversations',
};

/** GET /conversations. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many conversations',
	description: 'Get the conversations that a user had through the API',
	fields: [userField, returnAllField, limitField, optionsField(sortByOption)],
	execute: async (item) =>
		jsonList(
			await readList(item, {
				path: '/conversations',
				rule: LIST_RULES.conversations,
				query: defined({ user: item.text('user'), sort_by: asText(item.options.sortBy) }),
			}),
		),
};
