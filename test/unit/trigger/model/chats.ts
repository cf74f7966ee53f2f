import type { IDataObject } from 'n8n-workflow';

import type { Answer } from './network';
import { hash } from './random';
import { invalid, notFound } from './world';

export interface MessageRow {
	id: string;
	/** Seconds. */
	createdAt: number;
	status: 'normal' | 'error' | 'paused';
	answer: string;
	error: string | null;
	place: number;
}

/** A conversation of the one user, with the messages that have been committed. */
export interface ConversationRow {
	id: string;
	/** Seconds; those of a used conversation have a fraction, which is not shown. */
	updatedAt: number;
	createdAt: number;
	/** When its first message is committed. */
	visibleMs: number;
	place: number;
	messages: MessageRow[];
	/** Whether its messages cannot be read: the server fails. */
	isBroken: boolean;
}

/** Whose conversations these are; anybody else has none. */
export const USER = 'customer-42';

/** The conversation that some triggers watch alone. */
export const ONE = '5d5ac0de-0000-4000-8000-000000000001';

/** `/conversations` and `/messages` of one end user of a Chatflow app. */
export class ChatTable {
	conversations: ConversationRow[] = [];

	/** Counts the times when PostgreSQL changes its plan: equal times come in another order then. */
	plan = 0;

	serve(path: string, query: IDataObject): Answer {
		if (path === '/conversations') return this.list(query);
		if (path === '/messages') return this.messages(query);
		return notFound('Not found');
	}

	find(id: unknown): ConversationRow | undefined {
		return this.conversations.find((conversation) => conversation.id === id);
	}

	/** Pages by strict `<` on the time of `last_id`, and says by the same rule whether there is more. */
	private list(query: IDataObject): Answer {
		const limit = limitOf(query);
		if (limit === undefined) return invalid('1 validation error for ConversationListQuery');
		const sort = String(query.sort_by ?? '-updated_at');
		const direction = sort.startsWith('-') ? -1 : 1;
		const key = sort.endsWith('created_at') ? 'createdAt' : 'updatedAt';
		const mine = query.user === USER ? this.conversations : [];
		const last = mine.find(({ id }) => id === query.last_id);
		if (query.last_id && !last) return notFound('Last Conversation Not Exists.');
		const isBehind = (row: ConversationRow, than: ConversationRow) =>
			direction * (row[key] - than[key]) > 0;
		const rest = last ? mine.filter((row) => isBehind(row, last)) : [...mine];
		this.sort(rest, (row) => direction * row[key], query);
		const page = rest.slice(0, limit);
		const end = page.at(-1);
		const isFull = page.length === limit && end !== undefined;
		const hasMore = isFull && rest.some((row) => isBehind(row, end));
		return { body: { limit, has_more: hasMore, data: page.map(conversationItem) } };
	}

	/** The newest first, reversed; one more is read to know whether there is more. */
	private messages(query: IDataObject): Answer {
		const limit = limitOf(query);
		if (limit === undefined) return invalid('1 validation error for MessageListQuery');
		const conversation = query.user === USER ? this.find(query.conversation_id) : undefined;
		if (!conversation) return notFound('Conversation Not Exists.');
		if (conversation.isBroken) {
			return { status: 500, body: { code: 'internal_server_error', message: '', status: 500 } };
		}
		const { messages } = conversation;
		const first = messages.find(({ id }) => id === query.first_id);
		if (query.first_id && !first) return notFound('First Message Not Exists.');
		const rest = first ? messages.filter((row) => row.createdAt < first.createdAt) : [...messages];
		this.sort(rest, (row) => -row.createdAt, query);
		const page = rest.slice(0, limit).reverse();
		const item = (row: MessageRow) => messageItem(row, conversation.id);
		return { body: { limit, has_more: rest.length > limit, data: page.map(item) } };
	}

	/** By the time alone; the order of equal times depends on all that is asked. */
	private sort<Row extends { place: number }>(
		rows: Row[],
		key: (row: Row) => number,
		query: IDataObject,
	): void {
		const salt = hash(JSON.stringify([this.plan, query.limit, query.last_id, query.first_id]));
		const rank = ({ place }: Row) => Math.imul(place ^ salt, 0x9e3779b1);
		rows.sort((a, b) => key(a) - key(b) || rank(a) - rank(b));
	}
}

function limitOf({ limit = 20 }: IDataObject): number | undefined {
	return Number(limit) >= 1 && Number(limit) <= 100 ? Number(limit) : undefined;
}

function conversationItem(row: ConversationRow): IDataObject {
	return {
		id: row.id,
		name: 'Talk',
		inputs: {},
		status: 'normal',
		introduction: '',
		created_at: Math.floor(row.createdAt),
		updated_at: Math.floor(row.updatedAt),
	};
}

function messageItem(row: MessageRow, conversationId: string): IDataObject {
	return {
		id: row.id,
		conversation_id: conversationId,
		parent_message_id: null,
		inputs: {},
		query: 'Hello',
		answer: row.answer,
		feedback: null,
		retriever_resources: [],
		created_at: row.createdAt,
		agent_thoughts: [],
		message_files: [],
		status: row.status,
		error: row.error,
		extra_contents: [],
	};
}
