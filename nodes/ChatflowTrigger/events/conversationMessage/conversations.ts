import type { IDataObject } from 'n8n-workflow';

import type { List } from '../../../Dify/transport/lists';
import { LIST_RULES, readPage, sharedSecond } from '../../../Dify/transport/lists';
import { ChatflowError, invalidValue } from '../../../shared/errors';
import { asText } from '../../../shared/values';
import { ignoreNotFound } from '../../errorKind';
import type { PollCaller } from '../../pollCaller';
import { idOf, secondsOf } from '../../records';
import type { Row } from '../ledger';
import { keyOf } from '../ledger';

/** A conversation as the list shows it. */
export interface Conversation {
	id: string;
	createdAt: number;
	/** When it was last used. */
	at: number;
	/** Whether it has to be read, however long ago it was used. */
	isNew?: boolean;
}

/** A message with everything that the server says about it. */
export interface MessageRow extends Row {
	conversationId: string;
	record: IDataObject;
}

/** A page of messages. */
export interface MessagePage {
	/** Oldest first. */
	messages: MessageRow[];
	/** The page before it: it holds the messages before this one, which is of this second. */
	older?: [firstId: string, before: number];
}

/** Requests of a poll that are left for the messages. */
const REQUESTS_FOR_MESSAGES = 40;

/** The conversations of one user, read by one poll. */
export class Conversations {
	/** Dify hides some: more of one second than it can show. */
	hidden?: ChatflowError;
	private readonly pages = new Map<string, MessagePage>();

	constructor(
		private readonly poll: PollCaller,
		private readonly user: string,
	) {}

	/** The conversations that were last used; the last one first. */
	async lastUsed(limit?: number): Promise<Conversation[]> {
		return (await readPage(this.poll, this.list, {}, limit)).records.map(toConversation);
	}

	/**
	 * The conversations that have been used since a second, the last used first.
	 *
	 * @param onNewest Gets the newest page; `false` ends the reading.
	 * @returns `undefined` if it was ended.
	 * @throws ChatflowError if a page cannot be read, or not all pages within the limits of a poll:
	 * without the older ones nothing can be said about the newer.
	 */
	async usedSince(
		second: number,
		onNewest: (newest: Conversation[]) => boolean,
	): Promise<Conversation[] | undefined> {
		const all = new Map<string, Conversation>();
		let next: IDataObject | undefined = {};
		while (next) {
			if (this.poll.isOver || this.poll.requestsLeft <= REQUESTS_FOR_MESSAGES)
				throw tooMany(all.size);
			const page = await readPage(this.poll, this.list, next);
			const found = page.records.map(toConversation);
			if (all.size === 0 && !onNewest(found)) return undefined;
			for (const each of found) all.set(each.id, each);
			if (found.some(({ at }) => at < second)) break;
			if (page.skips) this.hidden = sharedSecond('/conversations');
			// A server that repeats itself never shows the older ones.
			if (page.next !== undefined && page.next.last_id === next.last_id) throw tooMany(all.size);
			next = page.next;
		}
		return [...all.values()].filter(({ at }) => at >= second);
	}

	/**
	 * A page of messages; each is requested once.
	 *
	 * @param firstId The page ends before this one; at the newest message if empty.
	 * @returns `undefined` if the conversation does not exist.
	 */
	async page(id: string, firstId = '', limit?: number): Promise<MessagePage | undefined> {
		const name = `${id} ${firstId}`;
		if (!this.pages.has(name)) {
			const query = { user: this.user, conversation_id: id };
			const list: List = { path: '/messages', rule: LIST_RULES.messages, query };
			const position = firstId === '' ? {} : { first_id: firstId };
			const request = readPage(this.poll, list, position, limit);
			// Later pages are not found either if the message that they begin at was deleted.
			const found = await (firstId === '' ? request.catch(ignoreNotFound) : request);
			if (!found) return undefined;
			if (found.skips) this.hidden = sharedSecond('/messages');
			const messages = found.records.map((record) => toMessage(id, record));
			const olderId = asText(found.next?.first_id);
			const before = found.records.findIndex((record) => record.id === olderId);
			// A page that leads to itself has nothing older.
			const isOlder = olderId !== undefined && olderId !== firstId;
			const older: MessagePage['older'] = isOlder
				? [olderId, messages[before]?.at ?? 0]
				: undefined;
			this.pages.set(name, { messages: messages.sort((a, b) => a.at - b.at), older });
		}
		return this.pages.get(name);
	}

	/** Whether a page was requested before. */
	isRead(id: string, firstId: string): boolean {
		return this.pages.has(`${id} ${firstId}`);
	}

	noSuchConversation(id: string): ChatflowError {
		return invalidValue(
			'There is no such conversation',
			`User "${this.user}" has no conversation ${id}: check Conversation ID and User`,
		);
	}

	private get list(): List {
		const query = { user: this.user, sort_by: '-updated_at' };
		return { path: '/conversations', rule: LIST_RULES.conversations, query };
	}
}

/** The part of a message's key that stands for its conversation. */
export function prefixOf(conversationId: string): string {
	return keyOf(conversationId, PREFIX_LENGTH);
}

export const PREFIX_LENGTH = 4;

function toConversation(record: IDataObject): Conversation {
	const createdAt = secondsOf(record.created_at);
	return { id: idOf(record), createdAt, at: secondsOf(record.updated_at) || createdAt };
}

function toMessage(conversationId: string, record: IDataObject): MessageRow {
	const key = prefixOf(conversationId) + keyOf(idOf(record), 8);
	return { key, at: secondsOf(record.created_at), conversationId, record };
}

function tooMany(count: number): ChatflowError {
	return new ChatflowError({
		message: 'The conversations could not be read within the limits of a poll',
		description: `Dify returned ${count} of them, and there are more. Choose a later Start From`,
		failure: { cause: 'temporarily-unavailable' },
	});
}
