import type { IDataObject } from 'n8n-workflow';

import type { Answer } from './n8n';
import { Random } from './random';

interface Log {
	id: string;
	at: number;
	/** `null`: the entry has no run yet. */
	status: string | null;
}

interface Feedback {
	id: string;
	at: number;
	rating: string;
	updatedAt: number;
}

interface Message {
	id: string;
	at: number;
	answer: string;
	status: string;
	extra_contents?: IDataObject[];
}

interface Conversation {
	id: string;
	createdAt: number;
	updatedAt: number;
	messages: Message[];
}

/**
 * Dify's lists as PostgreSQL serves them: whole seconds, rows of one second in another order for each
 * OFFSET, cursors that leave out the rows of their own second (SERVER.md, "Paging").
 */
export class TiedDify {
	readonly random = new Random(5);
	logs: Log[] = [];
	feedbacks: Feedback[] = [];
	readonly conversations: Conversation[] = [];
	/** The path of each request. */
	readonly requests: string[] = [];
	/** Happens before a request is answered. */
	before: (path: string, query: IDataObject) => void = () => {};

	serve = (path: string, query: IDataObject): Answer => {
		this.requests.push(path);
		this.before(path, query);
		if (path === '/workflows/logs') return { body: this.listLogs(query) };
		if (path === '/app/feedbacks') return { body: this.listFeedbacks(query) };
		if (path === '/conversations') return this.listConversations(query);
		if (path === '/messages') return this.listMessages(query);
		return notFound();
	};

	log(at: number, status: string | null = 'succeeded'): Log {
		const log = { id: this.random.uuid(), at, status };
		this.logs.push(log);
		return log;
	}

	feedback(at: number): Feedback {
		const row = { id: this.random.uuid(), at, rating: 'like', updatedAt: at };
		this.feedbacks.push(row);
		return row;
	}

	conversation(at: number, id = this.random.uuid()): Conversation {
		const conversation: Conversation = { id, createdAt: at, updatedAt: at, messages: [] };
		this.conversations.push(conversation);
		return conversation;
	}

	message(conversation: Conversation, at: number, status = 'normal'): Message {
		const answer = status === 'normal' ? 'An answer' : '';
		const message: Message = { id: this.random.uuid(), at, answer, status };
		conversation.messages.push(message);
		conversation.updatedAt = Math.max(conversation.updatedAt, at);
		return message;
	}

	private listLogs(query: IDataObject): IDataObject {
		const after = query.created_at__after ? Date.parse(String(query.created_at__after)) : 0;
		const before = query.created_at__before
			? Date.parse(String(query.created_at__before))
			: Number.MAX_SAFE_INTEGER;
		const rows = this.logs.filter(({ at }) => at * 1000 >= after && at * 1000 <= before);
		const [page, limit] = [Number(query.page), Number(query.limit)];
		const offset = (page - 1) * limit;
		return {
			total: rows.length,
			has_more: rows.length > page * limit,
			data: newestFirst(rows, `${offset}`)
				.slice(offset, offset + limit)
				.map(({ id, at, status }) => ({
					id,
					created_at: at,
					workflow_run: status === null ? null : { id, status },
				})),
		};
	}

	private listFeedbacks(query: IDataObject): IDataObject {
		const [page, limit] = [Number(query.page), Number(query.limit)];
		const time = (second: number) => new Date(second * 1000).toISOString().replace('.000Z', '');
		const rows = [...this.feedbacks].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
		const data = rows.slice((page - 1) * limit, page * limit);
		return {
			data: data.map(({ id, at, rating, updatedAt }) => ({
				id,
				rating,
				created_at: time(at),
				updated_at: time(updatedAt),
			})),
		};
	}

	private listConversations({ limit, last_id: lastId }: IDataObject): Answer {
		const last = this.conversations.find(({ id }) => id === lastId);
		if (lastId && !last) return notFound();
		const older = ({ updatedAt }: Conversation) => !last || updatedAt < last.updatedAt;
		const rows = this.conversations.filter(older).map((row) => ({ ...row, at: row.updatedAt }));
		const data = newestFirst(rows, String(lastId)).slice(0, Number(limit));
		const end = data.at(-1)?.at ?? 0;
		return {
			body: {
				has_more: data.length === Number(limit) && rows.some(({ at }) => at < end),
				data: data.map(({ id, createdAt, at }) => ({ id, created_at: createdAt, updated_at: at })),
			},
		};
	}

	private listMessages({ conversation_id: of, first_id: firstId, limit }: IDataObject): Answer {
		const conversation = this.conversations.find(({ id }) => id === of);
		const first = conversation?.messages.find(({ id }) => id === firstId);
		if (!conversation || (firstId && !first)) return notFound();
		const rows = conversation.messages.filter(({ at }) => !first || at < first.at);
		const data = newestFirst(rows, String(firstId)).slice(0, Number(limit)).reverse();
		return {
			body: {
				has_more: rows.length > Number(limit),
				data: data.map(({ at, ...message }) => ({ ...message, created_at: at })),
			},
		};
	}
}

function notFound(): Answer {
	return { status: 404, body: { code: 'not_found', message: 'Not Exists.', status: 404 } };
}

/** Rows of one second come in an order of their own for each `salt`. */
function newestFirst<R extends { id: string; at: number }>(rows: R[], salt: string): R[] {
	const rank = ({ id }: R) =>
		[...`${salt}${id}`].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) >>> 0, 7);
	return [...rows].sort((a, b) => b.at - a.at || rank(a) - rank(b));
}
