import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { invalidValue } from '../../../shared/errors';
import { asText, trimmed } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';
import { startFields } from '../../start';
import type { PollResult, TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import type { MessageRecord } from './conversations';
import { Conversations } from './conversations';
import type { MessageCursor } from './cursor';
import { forgetOld, isMessageCursor, messageCursor, toRead } from './cursor';

const fields: INodeProperties[] = [
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		placeholder: 'e.g. customer-42',
		description:
			'Whose messages to wait for: the User of the chats. Dify shows conversations to their own user only.',
		required: true,
	},
	...startFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Conversation ID',
				name: 'conversationId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2',
				description: 'Only messages of this conversation',
			},
		],
	},
];

/** Messages of a user's conversations, each once, when it has been answered: GET /messages. */
export const conversationMessage: TriggerEvent<MessageCursor> = {
	fields,
	credential: 'difyApi',
	scope: filtersOf,
	isCursor: isMessageCursor,

	begin: async (poll, start) => {
		if (start.from === 'all') return messageCursor(0);
		if (start.from === 'date') return messageCursor(start.at);
		const { cursor, error } = await collect(poll, messageCursor(await newestSecond(poll)));
		if (error !== undefined) throw error;
		return cursor;
	},

	collect,
	sample: async (poll) => (await recentMessages(poll, SAMPLE_SIZE)).map(toItem),
};

interface MessageFilters {
	user: string;
	conversationId?: string;
}

/** @throws ChatflowError if there is no user. */
function filtersOf(context: IPollFunctions): MessageFilters {
	const user = asText(context.getNodeParameter('user', ''));
	if (user === undefined || user.trim() === '') {
		throw invalidValue('User is empty', 'Fill in the User of the chats');
	}
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	return { user, conversationId: trimmed(filters.conversationId) };
}

async function collect(
	poll: PollCaller,
	cursor: MessageCursor,
): Promise<PollResult<MessageCursor>> {
	const { user, conversationId } = filtersOf(poll.context);
	const conversations = new Conversations(poll, user);
	if (conversationId !== undefined) {
		const only = [{ id: conversationId, updatedAt: 0 }];
		const found = await conversations.readNew(cursor, only, 0);
		if (found.gone.length > 0) throw noSuchConversation(user, conversationId);
		return { items: found.read.map(toItem), cursor: found.cursor };
	}
	const refs = await conversations.usedSince(cursor.floor);
	const head = Math.max(cursor.floor, refs[0]?.updatedAt ?? 0);
	const { read, error, ...found } = await conversations.readNew(cursor, toRead(cursor, refs), head);
	return {
		items: read.sort((a, b) => a.at - b.at).map(toItem),
		cursor: found.complete ? forgetOld(found.cursor, head) : found.cursor,
		error,
	};
}

/** The second of the newest message, or of the last use of any conversation: here "now" begins. */
async function newestSecond(poll: PollCaller): Promise<number> {
	const { user, conversationId } = filtersOf(poll.context);
	if (conversationId !== undefined) return (await recentMessages(poll, 1)).at(-1)?.at ?? 0;
	return (await new Conversations(poll, user).lastUsed())?.updatedAt ?? 0;
}

/** The newest messages of the chosen conversation, or of the last used one. */
async function recentMessages(poll: PollCaller, limit: number): Promise<MessageRecord[]> {
	const { user, conversationId } = filtersOf(poll.context);
	const conversations = new Conversations(poll, user);
	const id = conversationId ?? (await conversations.lastUsed())?.id;
	if (id === undefined) return [];
	const messages = await conversations.newestMessages(id, () => true, limit);
	if (messages) return messages;
	throw noSuchConversation(user, id);
}

function noSuchConversation(user: string, id: string) {
	return invalidValue(
		'There is no such conversation',
		`User "${user}" has no conversation ${id}: check Conversation ID and User`,
	);
}

function toItem({ id, record }: MessageRecord): IDataObject {
	return { event_id: id, ...record };
}
