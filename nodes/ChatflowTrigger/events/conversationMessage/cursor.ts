import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../../shared/values';
import { isNumber, isTable, isTexts } from '../shape';

/** A conversation as the list shows it. */
export interface ConversationRef {
	id: string;
	/** When it was last used, in seconds of the server's clock. */
	updatedAt: number;
}

/** What is needed of a message to recognise it. */
export interface MessageRef {
	id: string;
	/** Seconds of the server's clock. */
	at: number;
	/** Servers show a message as soon as it is sent, at first without an answer. */
	answered: boolean;
}

/**
 * What is saved of a conversation: when it had last been used at the time of reading, whether it was
 * read again after that second was over, and the short IDs of its newest messages, oldest first.
 */
type SavedConversation = [updatedAt: number, settled: 0 | 1, ...newest: string[]];

/** A message whose answer is still being written; `sinceMs` by the clock of this machine. */
type Waiting = [messageId: string, conversationId: string, at: number, sinceMs: number];

/** Which messages of a user's conversations have been read. Times are seconds of the server's clock. */
export type MessageCursor = {
	/** Messages created before this second are done, if their conversation is not saved here. */
	floor: number;
	/** Conversations last used at or before this second are done, if they are not saved here. */
	passed: number;
	/** By short ID. */
	conversations: Record<string, SavedConversation>;
	/** In the order in which to check again; those just checked come last. */
	waiting: Waiting[];
};

/** Whether saved data is a cursor of this event. */
export function isMessageCursor(saved: IDataObject): saved is MessageCursor {
	const { floor, passed, conversations, waiting } = saved;
	return (
		isNumber(floor) &&
		isNumber(passed) &&
		isObject(conversations) &&
		Object.values(conversations).every(isSavedConversation) &&
		isTable(waiting, ['string', 'string', 'number', 'number'])
	);
}

function isSavedConversation(saved: unknown): boolean {
	return Array.isArray(saved) && saved.slice(0, 2).every(isNumber) && isTexts(saved.slice(2));
}

/** The list of conversations is read back to this many seconds before its newest entry. */
export const OVERLAP = 120;

/**
 * Max conversations that are saved. If more than these are used between two polls, one that was
 * forgotten and is used again before all have been read emits its messages twice, with the same IDs.
 */
export const MAX_CONVERSATIONS = 2000;
/** A second is over if the server is this many seconds further. */
const OVER_AFTER = 5;
/** A message may be this many seconds newer than the last use of its conversation. */
const SLACK = 60;
const MAX_WAITING = 1000;
/** Max conversations that are read again in one poll because an answer was still being written. */
const MAX_WAITING_PER_POLL = 20;
/** Max newest messages of a conversation that are saved: a late one may come between them. */
const MAX_NEWEST = 3;
/** Dify ends every run after 20 minutes at the latest; no answer comes after that. */
const MAX_RUN_MS = 20 * 60 * 1000;

/** The end of an ID: random in every ID of Dify, and a third as long. */
function shortId(id: string): string {
	return id.slice(-12);
}

/** The cursor of a trigger that begins at a second of the server's clock. */
export function messageCursor(floor: number): MessageCursor {
	return { floor, passed: 0, conversations: {}, waiting: [] };
}

/** The short IDs of the newest messages of a conversation, as far as they have been read. */
function newestIds({ conversations }: MessageCursor, id: string): string[] {
	return (conversations[shortId(id)]?.slice(2) ?? []) as string[];
}

/**
 * The conversations to read: first those whose messages wait for their answer, which take turns, then
 * the others that have been used, the least recently used first.
 */
export function toRead(cursor: MessageCursor, refs: ConversationRef[]): ConversationRef[] {
	const usedAt = new Map(refs.map(({ id, updatedAt }) => [id, updatedAt]));
	const waiting = new Set(cursor.waiting.map(([, conversationId]) => conversationId));
	const again = [...waiting].slice(0, MAX_WAITING_PER_POLL).map((id) => ({
		id,
		// One that is not in the list was last used long ago.
		updatedAt: usedAt.get(id) ?? cursor.conversations[shortId(id)]?.[0] ?? 0,
	}));
	const isUsed = ({ id, updatedAt }: ConversationRef) => {
		const saved = cursor.conversations[shortId(id)];
		if (!saved) return updatedAt >= cursor.floor && updatedAt > cursor.passed;
		return saved[0] !== updatedAt || saved[1] === 0;
	};
	const others = refs.filter((ref) => isUsed(ref) && !again.some(({ id }) => id === ref.id));
	return [...again, ...others.sort((a, b) => a.updatedAt - b.updatedAt)];
}

/** Whether the messages before this one, in the order of the server, have been read. */
export function isReadBefore(cursor: MessageCursor, id: string, message: MessageRef): boolean {
	const saved = cursor.conversations[shortId(id)];
	return message.at < cursor.floor || (saved?.indexOf(shortId(message.id), 2) ?? -1) >= 0;
}

/**
 * The messages that have not been read, in their order.
 *
 * @param messages The newest messages of the conversation, oldest first, back to one for which
 * {@link isReadBefore} is true.
 */
export function diff<Message extends MessageRef>(
	cursor: MessageCursor,
	conversationId: string,
	messages: Message[],
): Message[] {
	const newest = new Set(newestIds(cursor, conversationId));
	const from = messages.findIndex(({ id }) => newest.has(shortId(id)));
	if (from >= 0) return messages.slice(from).filter(({ id }) => !newest.has(shortId(id)));
	return messages.filter(({ at }) => at >= cursor.floor);
}

/**
 * The cursor after messages of one conversation have been read.
 *
 * @param read The new messages, oldest first.
 * @param complete Whether these are all of them.
 * @param head The newest second of the list of conversations.
 */
export function advance(
	cursor: MessageCursor,
	{ id, updatedAt }: ConversationRef,
	{ read, complete, head }: { read: MessageRef[]; complete: boolean; head: number },
): MessageCursor {
	const before = cursor.conversations[shortId(id)];
	const ids = [...newestIds(cursor, id), ...read.map((message) => shortId(message.id))];
	// A message may have arrived after the list was read: then the conversation has been used again.
	const usedAt = Math.max(updatedAt, read.at(-1)?.at ?? 0);
	const isOver = before?.[0] === usedAt || usedAt < head - OVER_AFTER;
	const settled = complete && usedAt === updatedAt && isOver ? 1 : 0;
	// If messages are left, it gets a time that no conversation has, so that it is read again.
	const saved: SavedConversation = [complete ? usedAt : -1, settled, ...ids.slice(-MAX_NEWEST)];
	return { ...cursor, conversations: { ...cursor.conversations, [shortId(id)]: saved } };
}

/** Forgets what is no longer needed once all conversations have been read. */
export function forgetOld(cursor: MessageCursor, head: number): MessageCursor {
	const floor = Math.max(cursor.floor, head - OVERLAP);
	const isRecent = ([updatedAt]: SavedConversation) => updatedAt >= floor - SLACK;
	return { ...cursor, floor, conversations: keep(cursor, isRecent) };
}

/** Keeps the cursor small while a long backlog is read: forgets the least recently used conversations. */
export function bounded(cursor: MessageCursor): MessageCursor {
	const times = Object.values(cursor.conversations).map(([updatedAt]) => updatedAt);
	if (times.length <= MAX_CONVERSATIONS) return cursor;
	const passed = times.sort((a, b) => b - a)[MAX_CONVERSATIONS] as number;
	return {
		...cursor,
		passed: Math.max(cursor.passed, passed),
		conversations: keep(cursor, ([updatedAt]) => updatedAt > passed || updatedAt < 0),
	};
}

function keep(
	{ conversations }: MessageCursor,
	test: (saved: SavedConversation) => boolean,
): MessageCursor['conversations'] {
	return Object.fromEntries(Object.entries(conversations).filter(([, saved]) => test(saved)));
}

/** Whether the answer to a message is complete: a paused run goes on, a failed one does not. */
export function isAnswered({ answer, status }: { answer?: unknown; status?: unknown }): boolean {
	if (status === 'error') return true;
	return status !== 'paused' && String(answer ?? '') !== '';
}

/**
 * Splits the messages of a conversation into those to emit and those whose answer is waited for. If
 * a message has waited longer than a run can take, or too many are waiting, it is emitted as it is.
 *
 * @param messages The newest messages of the conversation, back to all that wait.
 * @param fresh Those that have not been read before.
 */
export function splitAnswered<Message extends MessageRef>(
	cursor: MessageCursor,
	conversationId: string,
	{ messages, fresh, nowMs }: { messages: Message[]; fresh: Message[]; nowMs: number },
): { answered: Message[]; waiting: Waiting[] } {
	const byId = new Map(messages.map((message) => [message.id, message]));
	const others = cursor.waiting.filter(([, id]) => id !== conversationId);
	const earlier = cursor.waiting.filter(([id, of]) => of === conversationId && byId.has(id));
	const isOpen = ([id, , , sinceMs]: Waiting) =>
		!byId.get(id)?.answered && mayStillRun(sinceMs, nowMs);
	const added = fresh.map(({ id, at }): Waiting => [id, conversationId, at, nowMs]);
	const candidates = [...earlier, ...added];
	const waiting = candidates.filter(isOpen).slice(0, MAX_WAITING - others.length);
	const held = new Set(waiting.map(([id]) => id));
	const answered = candidates.filter(([id]) => !held.has(id)).flatMap(([id]) => byId.get(id) ?? []);
	return { answered, waiting: [...others, ...waiting] };
}

/** Whether the run may still be going on. If the clock was set back, nobody knows: it is not waited for. */
function mayStillRun(sinceMs: number, nowMs: number): boolean {
	return nowMs >= sinceMs && nowMs - sinceMs <= MAX_RUN_MS;
}

/** Whether the messages reach back to all those of this conversation that wait. */
export function reachesWaiting(
	cursor: MessageCursor,
	conversationId: string,
	messages: MessageRef[],
): boolean {
	const oldest = messages[0]?.at ?? 0;
	return cursor.waiting.every(
		([id, of, at]) =>
			of !== conversationId || at > oldest || messages.some((message) => message.id === id),
	);
}
