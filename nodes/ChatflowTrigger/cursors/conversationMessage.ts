import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../shared/objects';
import { isNumber, isTable, isTexts } from './shape';

/** A conversation as the list shows it. */
export interface ConversationRef {
	id: string;
	/** When it was last used, in seconds of the server's clock. */
	updatedAt: number;
}

/** A message as far as it matters for knowing it again. */
export interface MessageRef {
	id: string;
	/** Seconds of the server's clock. */
	at: number;
	/** Servers show a message from the moment on at which it was asked, first without an answer. */
	answered: boolean;
}

/**
 * What is kept of a conversation: when it had last been used as it was read, whether it was read again
 * after that second was over, and the short ids of its newest messages, oldest first.
 */
type Kept = [updatedAt: number, settled: 0 | 1, ...newest: string[]];

/** A message whose answer is still being written. */
type Waiting = [messageId: string, conversationId: string, at: number, sinceMs: number];

/** Which messages of a user's conversations have been read. Times without "Ms" are the server's seconds. */
export type MessageCursor = {
	/** Messages of conversations not kept here that were made before are done with. */
	floor: number;
	/** Conversations that were last used at or before this second and are not kept are done with. */
	passed: number;
	/** By short id. */
	conversations: Record<string, Kept>;
	/** The ones just looked at stand last. */
	waiting: Waiting[];
};

/** Whether what n8n has kept is a cursor of this event. */
export function isMessageCursor(kept: IDataObject): kept is MessageCursor {
	const { floor, passed, conversations, waiting } = kept;
	return (
		isNumber(floor) &&
		isNumber(passed) &&
		isObject(conversations) &&
		Object.values(conversations).every(isKept) &&
		isTable(waiting, ['string', 'string', 'number', 'number'])
	);
}

function isKept(kept: unknown): boolean {
	return Array.isArray(kept) && kept.slice(0, 2).every(isNumber) && isTexts(kept.slice(2));
}

/** The list of conversations is read this far back behind its newest entry, in seconds. */
export const OVERLAP = 120;

/**
 * How many conversations are kept at most. Should more of them be used between two polls, one that was
 * forgotten and is used again before all are read gives its messages twice, with the same ids.
 */
export const CONVERSATION_LIMIT = 2000;

/** A second that lies this far behind the newest one of the server is over. */
const OVER_AFTER = 5;

/** A message may be younger than the time at which its conversation was last used, in seconds. */
const SLACK = 60;

/** How many messages are waited for at most. */
const WAITING_LIMIT = 1000;

/** So many of a conversation's newest messages are kept: a late one may come between them. */
const NEWEST = 3;

/** The longest run of a server, after which no answer comes any more (facts 3.8), in milliseconds. */
const LONGEST_RUN_MS = 20 * 60 * 1000;

/** The end of an id: random in all ids that Dify makes, and a third as long. */
function short(id: string): string {
	return id.slice(-12);
}

/** The cursor of a trigger that begins at a second of the server's clock. */
export function messageCursor(floor: number): MessageCursor {
	return { floor, passed: 0, conversations: {}, waiting: [] };
}

/** The conversations to read, the one used longest ago first. */
export function toRead(cursor: MessageCursor, refs: ConversationRef[]): ConversationRef[] {
	return refs
		.filter(({ id, updatedAt }) => {
			const kept = cursor.conversations[short(id)];
			if (!kept) return updatedAt >= cursor.floor && updatedAt > cursor.passed;
			return kept[0] !== updatedAt || kept[1] === 0;
		})
		.sort((a, b) => a.updatedAt - b.updatedAt);
}

/** Whether the messages before this one, in the order of the server, have been read. */
export function isReadBefore(
	cursor: MessageCursor,
	conversationId: string,
	message: MessageRef,
): boolean {
	const kept = cursor.conversations[short(conversationId)];
	return message.at < cursor.floor || (kept?.indexOf(short(message.id), 2) ?? -1) >= 0;
}

/**
 * The messages that have not been read, in their order.
 *
 * @param messages The newest messages of the conversation, oldest first, back to one for which
 * {@link isReadBefore} holds.
 */
export function unreadMessages<Message extends MessageRef>(
	cursor: MessageCursor,
	conversationId: string,
	messages: Message[],
): Message[] {
	const newest = new Set(
		cursor.conversations[short(conversationId)]?.slice(2) as string[] | undefined,
	);
	const from = messages.findIndex(({ id }) => newest.has(short(id)));
	if (from >= 0) return messages.slice(from).filter(({ id }) => !newest.has(short(id)));
	return messages.filter(({ at }) => at >= cursor.floor);
}

/**
 * The cursor after messages of one conversation have been read.
 *
 * @param read The new messages, oldest first.
 * @param complete Whether these are all of them.
 * @param head The newest second of the list of conversations.
 */
export function conversationRead(
	cursor: MessageCursor,
	{ id, updatedAt }: ConversationRef,
	{ read, complete, head }: { read: MessageRef[]; complete: boolean; head: number },
): MessageCursor {
	const before = cursor.conversations[short(id)];
	const ids = [
		...((before?.slice(2) ?? []) as string[]),
		...read.map((message) => short(message.id)),
	];
	// A message that came after the list was read: the conversation has been used again since.
	const usedAt = Math.max(updatedAt, read.at(-1)?.at ?? 0);
	const isOver = before?.[0] === usedAt || usedAt < head - OVER_AFTER;
	const settled = complete && usedAt === updatedAt && isOver ? 1 : 0;
	// Without all its messages it gets a time that no conversation has, so that it is read again.
	const kept: Kept = [complete ? usedAt : -1, settled, ...ids.slice(-NEWEST)];
	return { ...cursor, conversations: { ...cursor.conversations, [short(id)]: kept } };
}

/** Forgets what is no longer needed after all conversations have been read. */
export function allRead(cursor: MessageCursor, head: number): MessageCursor {
	const floor = Math.max(cursor.floor, head - OVERLAP);
	const isRecent = ([updatedAt]: Kept) => updatedAt >= floor - SLACK;
	return { ...cursor, floor, conversations: keep(cursor, isRecent) };
}

/** Keeps the memory bounded while a long backlog is read: forgets those that were used longest ago. */
export function bounded(cursor: MessageCursor): MessageCursor {
	const times = Object.values(cursor.conversations).map(([updatedAt]) => updatedAt);
	if (times.length <= CONVERSATION_LIMIT) return cursor;
	const passed = times.sort((a, b) => b - a)[CONVERSATION_LIMIT] as number;
	return {
		...cursor,
		passed: Math.max(cursor.passed, passed),
		conversations: keep(cursor, ([updatedAt]) => updatedAt > passed || updatedAt < 0),
	};
}

function keep(cursor: MessageCursor, test: (kept: Kept) => boolean): Record<string, Kept> {
	return Object.fromEntries(Object.entries(cursor.conversations).filter(([, kept]) => test(kept)));
}

/** Whether the answer of a message is complete: a paused one goes on, a failed one does not. */
export function isAnswered({ answer, status }: { answer?: unknown; status?: unknown }): boolean {
	if (status === 'error') return true;
	return status !== 'paused' && String(answer ?? '') !== '';
}

/**
 * Divides the messages of a conversation into those to give out and those whose answer is waited for.
 * A wait ends after the longest time that a run can take, and when too many messages wait: then the
 * message is given out as it is.
 *
 * @param messages The newest messages of the conversation, back to all that wait.
 * @param fresh Those that have not been read before.
 */
export function answeredOf<Message extends MessageRef>(
	cursor: MessageCursor,
	conversationId: string,
	{ messages, fresh, nowMs }: { messages: Message[]; fresh: Message[]; nowMs: number },
): { answered: Message[]; waiting: Waiting[] } {
	const byId = new Map(messages.map((message) => [message.id, message]));
	const others = cursor.waiting.filter(([, id]) => id !== conversationId);
	const earlier = cursor.waiting.filter(([id, of]) => of === conversationId && byId.has(id));
	const candidates = [
		...earlier,
		...fresh.map(({ id, at }): Waiting => [id, conversationId, at, nowMs]),
	];
	const room = WAITING_LIMIT - others.length;
	const waiting = candidates
		.filter(([id, , , sinceMs]) => !byId.get(id)?.answered && isPatient(sinceMs, nowMs))
		.slice(0, room);
	const held = new Set(waiting.map(([id]) => id));
	const answered = candidates.filter(([id]) => !held.has(id)).flatMap(([id]) => byId.get(id) ?? []);
	return { answered, waiting: [...others, ...waiting] };
}

/** The clock of this machine only measures how long was waited. */
function isPatient(sinceMs: number, nowMs: number): boolean {
	return nowMs >= sinceMs && nowMs - sinceMs <= LONGEST_RUN_MS;
}

/** Whether the messages reach back to every one of this conversation that waits. */
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

/** When a conversation had last been used as it was read; 0 when it is not kept. */
export function lastKnownUse(cursor: MessageCursor, conversationId: string): number {
	return cursor.conversations[short(conversationId)]?.[0] ?? 0;
}
