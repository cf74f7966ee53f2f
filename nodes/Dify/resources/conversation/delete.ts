import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { conversationField, pickedId } from '../locators';
import { optionsField, userField } from '../options';
import { requiredText } from '../parameters';

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['delete'] } },
	[userField, conversationField, optionsField()],
);

/**
 * Deletes a conversation (DELETE /conversations/{conversation_id}, 204). The specification calls
 * the body optional, servers refuse a request without one (facts 4).
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const conversationId = pickedId(context, itemIndex, conversationField);
	await callDify(context, itemIndex, {
		method: 'DELETE',
		path: difyPath`/conversations/${conversationId}`,
		body: { user: requiredText(context, itemIndex, userField) },
	});
	return [{ json: { deleted: true } }];
}
