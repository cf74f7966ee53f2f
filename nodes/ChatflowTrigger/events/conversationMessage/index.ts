import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { conversationField } from '../../../Dify/actions/pickers';
import { invalidValue } from '../../../shared/errors';
import { asObject, asText, isObject, objectsIn, trimmed } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';
import { startFields } from '../../start';
import { Batch } from '../batch';
import { SAMPLE_SIZE } from '../event';
import { cursorAt, Ledger } from '../ledger';
import { listEvent } from '../listEvent';
import { optionsField, toEvent } from '../options';
import type { MessageRow } from './conversations';
import { Conversations, NEWEST } from './conversations';
import type { MessageCursor } from './cursor';
import { isMessageCursor } from './cursor';
import { MessagePoll } from './messagePoll';

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
				...conversationField,
				required: false,
				description: 'Only messages of this conversation; the list shows those of User',
			},
		],
	},
	optionsField(),
];

/** Messages of a user's conversations, each once, when it has been answered: GET /messages. */
export const conversationMessage = listEvent<MessageCursor>({
	fields,
	credential: 'difyApi',
	scope: filtersOf,
	isCursor: isMessageCursor,

	beginNow: async (poll) => await messagePoll(poll, new Ledger(cursorAt(0))).begin(),

	read: async (poll, before, limit) => {
		const ledger = new Ledger(before);
		const batch = batchFor(poll, ledger, limit);
		const cursor = await messagePoll(poll, ledger, batch).read((before as MessageCursor).pass);
		return { items: batch.items, cursor, error: batch.error };
	},

	sample: async (poll) => {
		const { user, conversationId } = filtersOf(poll.context);
		const conversations = new Conversations(poll, user);
		const id = conversationId ?? (await conversations.lastUsed());
		if (id === undefined) return [];
		const page = await conversations.page(id, NEWEST, SAMPLE_SIZE);
		if (!page) throw conversations.noSuchConversation(id);
		return page.messages.map((message) => toItem(poll, message));
	},
});

function messagePoll(
	poll: PollCaller,
	ledger: Ledger,
	batch = batchFor(poll, ledger),
): MessagePoll {
	const { user, conversationId } = filtersOf(poll.context);
	return new MessagePoll(new Conversations(poll, user), ledger, batch, conversationId);
}

function batchFor(poll: PollCaller, ledger: Ledger, limit?: number): Batch<MessageRow> {
	return new Batch<MessageRow>(poll, ledger, {
		limit,
		maxOpen: 150,
		isOpen,
		isPaused,
		placeOf: (message) => message.conversationId,
		select: (messages) => messages,
		toItem: (message) => toItem(poll, message),
	});
}

/** @throws ChatflowError if there is no user. */
function filtersOf(context: IPollFunctions): { user: string; conversationId?: string } {
	const user = asText(context.getNodeParameter('user', ''));
	if (user === undefined || user.trim() === '') {
		throw invalidValue('User is empty', 'Fill in the User of the chats');
	}
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	const { conversationId: chosen } = filters;
	return { user, conversationId: trimmed(isObject(chosen) ? chosen.value : chosen) };
}

/** Dify ends every run after 20 minutes at the latest; no answer comes after that. */
const MAX_RUN_MS = 20 * 60 * 1000;

/**
 * Servers show a message as soon as it is sent, at first without an answer. If this clock was set back,
 * nobody knows for how long: the message is not waited for.
 */
function isOpen(message: MessageRow, sinceMs: number): boolean {
	if (isPaused(message)) return true;
	const { status, answer } = message.record;
	if (status === 'error' || String(answer ?? '') !== '') return false;
	const ageMs = Date.now() - sinceMs;
	return ageMs >= 0 && ageMs <= MAX_RUN_MS;
}

/** A run that waits for a human does so for days maybe (SERVER.md, "Human input"). */
function isPaused({ record: { status, answer, extra_contents: extra } }: MessageRow): boolean {
	if (status === 'paused') return true;
	if (status === 'error' || String(answer ?? '') !== '') return false;
	const forms = objectsIn(extra).filter(({ submitted }) => submitted === false);
	return forms.some(({ form_definition: form }) => {
		const expiresAt = Number(asObject(form).expiration_time ?? Infinity);
		return Date.now() < expiresAt * 1000;
	});
}

/** What Simplify leaves of a message. */
const SIMPLE = ['id', 'conversation_id', 'query', 'answer', 'status', 'created_at'];

function toItem({ context }: PollCaller, { record }: MessageRow): IDataObject {
	return toEvent(context, record.id, record, SIMPLE);
}
