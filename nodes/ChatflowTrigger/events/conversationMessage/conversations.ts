import type { IDataObject } from 'n8n-workflow';

import type { List, Page } from '../../../Dify/transport/lists';
import { LIST_RULES, readPage, sharedSecond } from '../../../Dify/transport/lists';
import { ChatflowError, invalidValue } from '../../../shared/errors';
import { asText } from '../../../shared/values';
import { digest } from '../../digest';
import { ignoreNotFound } from '../../errorKind';
import type { PollCaller } from '../../pollCaller';
import { idOf, secondsOf } from '../../records';
import type { Row } from '../ledger';
import { headOf, keyOf } from '../ledger';

/** A conversation as the list shows it. */
export interface Conversation {
	id: string;
	createdAt: number;
	/** When it was last used. */
	at: number;
	/** Names what it looked like when it was last used. */
	use: string;
}

/** The newest page of what is watched. */
export interface Newest {
	/** What it looks like. */
	look: string;
	/** Its newest second, see {@link headOf}. */
	head: number;
	/**
	 * The conversations that have been used since a second, the last used first.
	 *
	 * @throws ChatflowError if a page cannot be read, or not all pages within the limits of a poll:
	 * without the older ones nothing can be said about the newer.
	 */
	usedSince(second: number): Promise<Conversation[]>;
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
	older?: PagePlace;
}

/** Where a page of messages ends: before this message, which is of this second. */
export type PagePlace = [messageId: string, before: number];

/** Later than any message. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** The page that ends with the newest message. */
export const NEWEST: PagePlace = ['', NEVER];

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

	/**
	 * What is newest, of all conversations or of one.
	 *
	 * @throws ChatflowError if the one does not exist.
	 */
	async newest(onlyId?: string): Promise<Newest> {
		if (onlyId === undefined) {
			const page = await this.list();
			const shown = page.records.map(toConversation);
			const look = digest(shown.map(({ use }) => use));
			const usedSince = async (second: number) => await this.usedSince(second, page);
			return { look, head: headOf(shown), usedSince };
		}
		const page = await this.page(onlyId);
		if (!page) throw this.noSuchConversation(onlyId);
		const look = digest(page.messages.map(({ key }) => key));
		const at = headOf(page.messages);
		const only = { id: onlyId, createdAt: 0, at, use: look };
		return { look, head: at, usedSince: async () => await Promise.resolve([only]) };
	}

	/** The conversation that was used last. */
	async lastUsed(): Promise<string | undefined> {
		const { records } = await this.list({}, 1);
		return records.map(idOf)[0];
	}

	/**
	 * A page of messages; each is requested once.
	 *
	 * @returns `undefined` if the conversation does not exist.
	 * @throws ChatflowError if it cannot be read, or if the server repeats what the page should end before.
	 */
	async page(id: string, place = NEWEST, limit?: number): Promise<MessagePage | undefined> {
		const [messageId, before] = place;
		const name = `${id} ${messageId}`;
		if (!this.pages.has(name)) {
			const query = { user: this.user, conversation_id: id };
			const list: List = { path: '/messages', rule: LIST_RULES.messages, query };
			const position = messageId === '' ? {} : { first_id: messageId };
			const request = readPage(this.poll, list, position, limit);
			// Later pages are not found either if the message that they end before was deleted.
			const found = await (messageId === '' ? request.catch(ignoreNotFound) : request);
			if (!found) return undefined;
			if (found.skips) this.hidden = sharedSecond('/messages');
			const messages = found.records.map((record) => toMessage(id, record));
			if (messages.some(({ at }) => at >= before)) throw repeats();
			const olderId = asText(found.next?.first_id);
			const second = messages[found.records.findIndex((record) => record.id === olderId)]?.at ?? 0;
			this.pages.set(name, {
				messages: messages.sort((a, b) => a.at - b.at),
				...(olderId !== undefined && { older: [olderId, second] }),
			});
		}
		return this.pages.get(name);
	}

	/** Whether a page was requested before. */
	isRead(id: string, [messageId]: PagePlace): boolean {
		return this.pages.has(`${id} ${messageId}`);
	}

	noSuchConversation(id: string): ChatflowError {
		return invalidValue(
			'There is no such conversation',
			`User "${this.user}" has no conversation ${id}: check Conversation ID and User`,
		);
	}

	private async usedSince(second: number, newest: Page): Promise<Conversation[]> {
		const all = new Map<string, Conversation>();
		const add = (page: Page) => {
			const found = page.records.map(toConversation);
			for (const each of found) all.set(each.id, each);
			return found;
		};
		let page = newest;
		while (!add(page).some(({ at }) => at < second) && page.next) {
			if (page.skips) this.hidden = sharedSecond('/conversations');
			const isTooMuch = this.poll.isOver || this.poll.requestsLeft <= REQUESTS_FOR_MESSAGES;
			const older = isTooMuch ? undefined : await this.list(page.next);
			// A server that repeats itself never shows the older ones.
			if (!older || older.next?.last_id === page.next.last_id) throw tooMany(all.size);
			page = older;
		}
		// One that was used meanwhile has moved from a page that was not read yet to one that was.
		if (page !== newest) add(await this.list());
		return [...all.values()].filter(({ at }) => at >= second);
	}

	private async list(position: IDataObject = {}, limit?: number): Promise<Page> {
		const query = { user: this.user, sort_by: '-updated_at' };
		const list: List = { path: '/conversations', rule: LIST_RULES.conversations, query };
		return await readPage(this.poll, list, position, limit);
	}
}

/** The part of a message's key that stands for its conversation. */
export function prefixOf(conversationId: string): string {
	return keyOf(conversationId, PREFIX_LENGTH);
}

export const PREFIX_LENGTH = 4;

function toConversation(record: IDataObject): Conversation {
	const createdAt = secondsOf(record.created_at);
	const id = idOf(record);
	const at = secondsOf(record.updated_at) || createdAt;
	return { id, createdAt, at, use: `${id} ${at}` };
}

function toMessage(conversationId: string, record: IDataObject): MessageRow {
	const key = prefixOf(conversationId) + keyOf(idOf(record), 8);
	return { key, at: secondsOf(record.created_at), conversationId, record };
}

function repeats(): ChatflowError {
	return new ChatflowError({
		message: 'The server gave the same messages twice',
		description: 'Asked for older ones it repeats itself. Check what the server at the Base URL is',
		failure: { cause: 'temporarily-unavailable' },
	});
}

function tooMany(count: number): ChatflowError {
	return new ChatflowError({
		message: 'The conversations could not be read within the limits of a poll',
		description: `Dify returned ${count} of them, and there are more. Choose a later Start From`,
		failure: { cause: 'temporarily-unavailable' },
	});
}
