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

/** So many failures one after the other are the server's, not those of a conversation. */
const FAILURES_IN_A_ROW = 3;

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
	/** Why a conversation could not be read; the next poll tries again. */
	failure?: unknown;
}

interface Source {
	user: string;
	/** The newest second of the list of conversations. */
	head: number;
}

/**
 * Reads the new messages of conversations, until the execution is full or the time is up. One that
 * cannot be read does not hold up the others.
 *
 * @throws NodeApiError when nothing could be read.
 */
export async function readConversations(
	session: PollSession,
	start: MessageCursor,
	todo: ConversationRef[],
	source: Source,
): Promise<ReadResult> {
	const result = await readEach(session, start, todo, source);
	if (result.failure === undefined || result.cursor !== start) return result;
	throw asNodeError(session.context.getNode(), result.failure, 0);
}

async function readEach(
	session: PollSession,
	start: MessageCursor,
	todo: ConversationRef[],
	{ user, head }: Source,
): Promise<ReadResult> {
	const result: ReadResult = { read: [], cursor: start, gone: [], complete: true };
	let failedInARow = 0;
	for (const ref of todo) {
		const room = MAX_ITEMS - result.read.length;
		if (room <= 0 || session.isOver() || failedInARow === FAILURES_IN_A_ROW) {
			return { ...result, complete: false };
		}
		try {
			const messages = await unreadBack(session, user, result.cursor, ref.id);
			if (!messages) result.gone.push(ref.id);
			const found = oneRead(result.cursor, ref, { messages: messages ?? [], room, head });
			result.read.push(...found.answered);
			result.cursor = found.cursor;
			result.complete &&= found.complete;
			failedInARow = 0;
		} catch (error) {
			result.failure ??= error;
			result.complete = false;
			failedInARow += 1;
		}
	}
	return result;
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
