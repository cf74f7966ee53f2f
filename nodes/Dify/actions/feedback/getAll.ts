import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { LIST_RULES, readList } from '../../transport/lists';
import { simplified, simplifyOption } from '../simplify';

const SIMPLE = ['id', 'message_id', 'conversation_id', 'rating', 'content', 'created_at'];

/** GET /app/feedbacks, whose times are ISO texts. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many feedbacks',
	description: 'Get the feedback on the answers of the app, the newest first',
	fields: [returnAllField, limitField, optionsField(simplifyOption)],
	execute: async (item) => {
		const list = { path: '/app/feedbacks', rule: LIST_RULES.feedbacks };
		const feedbacks = await readList(item, list);
		return jsonList(feedbacks.map((feedback) => simplified(feedback, item.options, SIMPLE)));
	},
};
