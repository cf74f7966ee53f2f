import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { LIST_RULES } from '../../transport/paging';
import { readList } from '../list';
import { optionsField, optionsOf } from '../options';
import { simplified, simplifyOption } from '../simplify';

export const description = updateDisplayOptions(
	{ show: { resource: ['feedback'], operation: ['getAll'] } },
	[returnAllField, limitField, optionsField(simplifyOption)],
);

const SIMPLE = ['id', 'message_id', 'conversation_id', 'rating', 'content', 'created_at'];

/** The feedbacks of all users, newest first (GET /app/feedbacks); their times are ISO texts. */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const list = { path: '/app/feedbacks', rule: LIST_RULES.feedbacks };
	const feedbacks = await readList(context, itemIndex, list);
	const options = optionsOf(context, itemIndex);
	return feedbacks.map((feedback) => ({ json: simplified(feedback, options, SIMPLE) }));
}
