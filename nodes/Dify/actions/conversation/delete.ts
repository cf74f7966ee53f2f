import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { userField } from '../fields';
import { conversationField } from '../pickers';

/**
 * DELETE /conversations/{conversation_id}, which responds with 204. The specification calls the body
 * optional, but servers refuse a request without one.
 */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete conversation',
	description: 'Delete a conversation',
	fields: [userField, conversationField, optionsField()],
	execute: async (item) => {
		const conversationId = item.id('conversationId');
		await dify(item).delete(path`/conversations/${conversationId}`, { user: item.text('user') });
		return json({ deleted: true });
	},
};
