import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { LIST_RULES, readList } from '../../transport/lists';
import { userField } from '../fields';
import { conversationField } from '../pickers';
import { simplified, simplifyOption, withoutErrorField } from '../simplify';

const SIMPLE = ['id', 'conversation_id', 'query', 'answer', 'status', 'created_at'];

/** GET /messages. */
export const getMessages: Operation = {
	name: 'Get Messages',
	action: 'Get conversation messages',
	description: 'Get the messages of a conversation, the oldest first',
	fields: [
		userField,
		conversationField,
		returnAllField,
		{ ...limitField, description: 'Max number of results to return, the latest ones' },
		optionsField(simplifyOption),
	],
	execute: async (item) => {
		const messages = await readList(item, {
			path: '/messages',
			rule: LIST_RULES.messages,
			query: { conversation_id: item.id('conversationId'), user: item.text('user') },
		});
		return jsonList(
			messages.map((message) => simplified(withoutErrorField(message), item.options, SIMPLE)),
		);
	},
};
