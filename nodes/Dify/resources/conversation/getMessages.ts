import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { LIST_RULES } from '../../transport/paging';
import { readList } from '../list';
import { conversationField, pickedId } from '../locators';
import { optionsField, optionsOf, userField } from '../options';
import { requiredText } from '../parameters';
import { simplified, simplifyOption, withoutErrorField } from '../simplify';

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['getMessages'] } },
	[
		userField,
		conversationField,
		returnAllField,
		{ ...limitField, description: 'Max number of results to return, the latest ones' },
		optionsField(simplifyOption),
	],
);

const SIMPLE = ['id', 'conversation_id', 'query', 'answer', 'status', 'created_at'];

/** The messages of a conversation, oldest first (GET /messages); a Limit keeps the latest. */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const messages = await readList(context, itemIndex, {
		path: '/messages',
		rule: LIST_RULES.messages,
		query: {
			conversation_id: pickedId(context, itemIndex, conversationField),
			user: requiredText(context, itemIndex, userField),
		},
	});
	const options = optionsOf(context, itemIndex);
	return messages.map((message) => ({
		json: simplified(withoutErrorField(message), options, SIMPLE),
	}));
}
