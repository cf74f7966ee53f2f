import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';

import { asNodeError } from '../../../shared/errors';
import type { MessageCursor } from '../../cursors/conversationMessage';
import { allRead, isMessageCursor, messageCursor, toRead } from '../../cursors/conversationMessage';
import type { PollSession } from '../../session';
import type { Harvest, TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import { fields, filtersOf } from './fields';
import { conversationsSince, newestMessages } from './pages';
import type { MessageRecord } from './pages';
import { readConversations, waitingFirst } from './read';

/** Messages of a user's conversations, each once, when it has been answered (GET /messages). */
export const conversationMessage: TriggerEvent<MessageCursor> = {
	fields,
	credential: 'difyApi',
	scope: (context) => filtersOf(context),

	isCursor: isMessageCursor,

	begin: async (session, start) => {
		if (start.from === 'all') return messageCursor(0);
		if (start.from === 'date') return messageCursor(start.at);
		const { cursor, failure } = await collect(session, messageCursor(await newestSecond(session)));
		if (failure !== undefined) throw asNodeError(session.context.getNode(), failure, 0);
		return cursor;
	},

	collect,

	sample: async (session) => {
		const messages = await recentMessages(session, SAMPLE_SIZE);
		return messages.map(toItem);
	},
};

async function collect(
	session: PollSession,
	cursor: MessageCursor,
): Promise<Harvest<MessageCursor>> {
	const { user, conversationId } = filtersOf(session.context);
	if (conversationId !== undefined) {
		const only = [{ id: conversationId, updatedAt: 0 }];
		const found = await readConversations(session, cursor, only, { user, head: 0 });
		if (found.gone.length > 0) throw noSuchConversation(session, user, conversationId);
		return { items: found.read.map(toItem), cursor: found.cursor };
	}
	const refs = await conversationsSince(session, user, cursor.floor);
	const head = Math.max(cursor.floor, refs[0]?.updatedAt ?? 0);
	const todo = waitingFirst(cursor, toRead(cursor, refs), refs);
	const found = await readConversations(session, cursor, todo, { user, head });
	const items = found.read.sort((a, b) => a.at - b.at).map(toItem);
	const { complete, failure } = found;
	return { items, failure, cursor: complete ? allRead(found.cursor, head) : found.cursor };
}

/** The second of the newest message, or of the last use of any conversation: here "now" begins. */
async function newestSecond(session: PollSession): Promise<number> {
	const { user, conversationId } = filtersOf(session.context);
	if (conversationId === undefined) {
		return (await conversationsSince(session, user, 0, 1))[0]?.updatedAt ?? 0;
	}
	return (await recentMessages(session, 1)).at(-1)?.at ?? 0;
}

/** The newest messages of the conversation that the user chose, or of the one last used. */
async function recentMessages(session: PollSession, limit: number): Promise<MessageRecord[]> {
	const { user, conversationId } = filtersOf(session.context);
	const id = conversationId ?? (await conversationsSince(session, user, 0, 1))[0]?.id;
	if (id === undefined) return [];
	const messages = await newestMessages(session, user, id, () => true, limit);
	if (messages) return messages;
	throw noSuchConversation(session, user, id);
}

function noSuchConversation(session: PollSession, user: string, id: string): NodeOperationError {
	return new NodeOperationError(session.context.getNode(), 'There is no such conversation', {
		description: `User "${user}" has no conversation ${id}: check Conversation ID and User`,
	});
}

function toItem({ id, record }: MessageRecord): IDataObject {
	return { event_id: id, ...record };
}
