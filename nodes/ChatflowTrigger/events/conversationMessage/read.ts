import { asNodeError } from '../../../shared/errors';
import type { ConversationRef, MessageCursor } from '../../cursors/conversationMessage';
import {
	answeredOf,
	bounded,
	conversationRead,
	isReadBefore,
	lastKnownUse,
	reachesWaiting,
	unreadMessages,
} from '../../cursors/conversationMessage';
import type { PollSession } from '../../session';
import { MAX_ITEMS } from '../event';
import type { MessageRecord } from './pages';
import { newestMessages } from './pages';

/** How many conversations are read again in one poll because an answer was still being written. */
const WAITING_PER_POLL = 20;

export interface ReadResult {
	/** Answered messages that have not been given out. */
	read: MessageRecord[];
	cursor: MessageCursor;
	/** Whether all conversations have been read. */
	complete: boolean;
	/** Conversations that do not exist any more. */
	gone: string[];
}

/**
 * Reads the new messages of conversations, until the execution is full or the time is up.
 *
 * @throws NodeApiError when nothing could be read.
 */
export async function readConversations(
	session: PollSession,
	start: MessageCursor,
	todo: ConversationRef[],
	{ user, head }: { user: string; head: number },
): Promise<ReadResult> {
	let cursor = start;
	const read: MessageRecord[] = [];
	const gone: string[] = [];
	let complete = true;
	for (const [done, ref] of todo.entries()) {
		const room = MAX_ITEMS - read.length;
		if (room <= 0 || session.isOver()) return { read, cursor, gone, complete: false };
		try {
			const messages = await unreadBack(session, user, cursor, ref.id);
			if (!messages) gone.push(ref.id);
			const found = oneRead(cursor, ref, { messages: messages ?? [], room, head });
			read.push(...found.answered);
			cursor = found.cursor;
			complete &&= found.complete;
		} catch (error) {
			if (done > 0) return { read, cursor, gone, complete: false };
			throw asNodeError(session.context.getNode(), error, 0);
		}
	}
	return { read, cursor, gone, complete };
}

/** The messages of a conversation, back to the one that was read last and to all that wait. */
async function unreadBack(
	session: PollSession,
	user: string,
	cursor: MessageCursor,
	id: string,
): Promise<MessageRecord[] | undefined> {
	return await newestMessages(
		session,
		user,
		id,
		(messages) =>
			messages.some((message) => isReadBefore(cursor, id, message)) &&
			reachesWaiting(cursor, id, messages),
	);
}

function oneRead(
	cursor: MessageCursor,
	ref: ConversationRef,
	{ messages, room, head }: { messages: MessageRecord[]; room: number; head: number },
): { answered: MessageRecord[]; cursor: MessageCursor; complete: boolean } {
	const unread = unreadMessages(cursor, ref.id, messages);
	const fresh = unread.slice(0, room);
	const found = answeredOf(cursor, ref.id, { messages, fresh, nowMs: Date.now() });
	const complete = fresh.length === unread.length;
	const next = conversationRead(cursor, ref, { read: fresh, complete, head });
	return {
		answered: found.answered,
		cursor: bounded({ ...next, waiting: found.waiting }),
		complete,
	};
}

/** Puts those conversations in front whose messages wait for their answer; each gets its turn. */
export function waitingFirst(
	cursor: MessageCursor,
	todo: ConversationRef[],
	refs: ConversationRef[],
): ConversationRef[] {
	const updatedAt = new Map(refs.map((ref) => [ref.id, ref.updatedAt]));
	const ids = new Set(cursor.waiting.map(([, conversationId]) => conversationId));
	const again = [...ids].slice(0, WAITING_PER_POLL).map((id) => ({
		id,
		// One that is not in the list was last used long ago.
		updatedAt: updatedAt.get(id) ?? lastKnownUse(cursor, id),
	}));
	return [...again, ...todo.filter(({ id }) => !again.some((ref) => ref.id === id))];
}
