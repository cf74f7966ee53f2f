import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { asText, defined } from '../../../shared/objects';
import { LIST_RULES } from '../../transport/paging';
import { readList } from '../list';
import { optionsField, optionsOf, userField } from '../options';
import { requiredText } from '../parameters';

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

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['getAll'] } },
	[userField, returnAllField, limitField, optionsField(sortByOption)],
);

/** The conversations that a user had through the API (GET /conversations). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const conversations = await readList(context, itemIndex, {
		path: '/conversations',
		rule: LIST_RULES.conversations,
		query: defined({
			user: requiredText(context, itemIndex, userField),
			sort_by: asText(optionsOf(context, itemIndex).sortBy),
		}),
	});
	return conversations.map((json) => ({ json }));
}
