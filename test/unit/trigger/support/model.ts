import type { IDataObject } from 'n8n-workflow';

import type { Answer } from './n8n';
import type { Random } from './random';

interface Log {
	id: string;
	createdMs: number;
	/** Rows become visible when their transaction is committed. */
	visibleMs: number;
	endedMs: number;
	status: string;
	text: string;
}

interface Feedback {
	id: string;
	createdMs: number;
	visibleMs: number;
	/** The times as they are shown. */
	createdAt: string;
	updatedAt: string;
	rating: string;
	content: string;
}

interface Message {
	id: string;
	conversationId: string;
	createdMs: number;
	answeredMs: number;
}

interface Conversation {
	id: string;
	updatedMs: number;
	messages: Message[];
}

const seconds = (ms: number) => Math.floor(ms / 1000);
const time = (text: unknown) => Date.parse(String(text));

/** Dify's lists, small, fast, and on a clock of their own. */
export class ModelDify {
	nowMs = Date.UTC(2019, 5, 1);

	readonly logs: Log[] = [];

	readonly feedbacks: Feedback[] = [];

	readonly conversations: Conversation[] = [];

	requests = 0;

	constructor(private readonly random: Random) {}

	serve = (path: string, query: IDataObject): Answer => {
		this.requests += 1;
		if (path === '/workflows/logs') return { body: this.listLogs(query) };
		if (path === '/app/feedbacks') return { body: this.listFeedbacks(query) };
		if (path === '/conversations') return { body: this.listConversations(query) };
		if (path === '/messages') return this.listMessages(query);
		if (path.startsWith('/workflows/run/')) return { body: { inputs: '{}', outputs: {} } };
		return { status: 404, body: { code: 'not_found', message: 'Not found', status: 404 } };
	};

	/** Deletes all but the newest records, as servers do after a time. */
	forget(keep: number): void {
		this.logs.splice(0, Math.max(0, this.logs.length - keep));
		this.feedbacks.splice(0, Math.max(0, this.feedbacks.length - keep));
		this.conversations.sort((a, b) => a.updatedMs - b.updatedMs);
		this.conversations.splice(0, Math.max(0, this.conversations.length - keep));
	}

	addLog({ lateMs = 0, runMs = 0, status = 'succeeded', text = '' } = {}): Log {
		const log = {
			id: this.random.uuid(),
			createdMs: this.nowMs,
			visibleMs: this.nowMs + lateMs,
			endedMs: this.nowMs + runMs,
			status,
			text,
		};
		this.logs.push(log);
		return log;
	}

	addFeedback({ lateMs = 0 } = {}): Feedback {
		const row = {
			id: this.random.uuid(),
			createdMs: this.nowMs,
			visibleMs: this.nowMs + lateMs,
			createdAt: this.now(),
			updatedAt: this.now(),
			rating: 'like',
			content: '',
		};
		this.feedbacks.push(row);
		return row;
	}

	/** The present time as the list of feedbacks writes it. */
	now(): string {
		return new Date(this.nowMs).toISOString();
	}

	addConversation(): Conversation {
		const conversation: Conversation = {
			id: this.random.uuid(),
			updatedMs: this.nowMs,
			messages: [],
		};
		this.conversations.push(conversation);
		return conversation;
	}

	addMessage(conversation: Conversation, runMs = 0): Message {
		const message = {
			id: this.random.uuid(),
			conversationId: conversation.id,
			createdMs: this.nowMs,
			answeredMs: this.nowMs + runMs,
		};
		conversation.updatedMs = this.nowMs;
		conversation.messages.push(message);
		return message;
	}

	private listLogs(query: IDataObject): IDataObject {
		const page = Number(query.page);
		const limit = Number(query.limit);
		const rows = this.logs
			.filter(
				(log) =>
					log.visibleMs <= this.nowMs &&
					(!query.created_at__after || log.createdMs >= time(query.created_at__after)) &&
					(!query.created_at__before || log.createdMs <= time(query.created_at__before)) &&
					(!query.keyword || (this.hasEnded(log) && log.text.includes(String(query.keyword)))),
			)
			.sort((a, b) => b.createdMs - a.createdMs);
		return {
			page,
			limit,
			total: rows.length,
			has_more: rows.length > page * limit,
			data: rows.slice((page - 1) * limit, page * limit).map((log) => ({
				id: log.id,
				workflow_run: { id: `run-${log.id}`, status: this.hasEnded(log) ? log.status : 'running' },
				created_at: seconds(log.createdMs),
			})),
		};
	}

	private hasEnded({ endedMs }: Log): boolean {
		return endedMs <= this.nowMs;
	}

	private listFeedbacks(query: IDataObject): IDataObject {
		const from = (Number(query.page) - 1) * Number(query.limit);
		const rows = this.feedbacks.filter(({ visibleMs }) => visibleMs <= this.nowMs).reverse();
		return {
			data: rows.slice(from, from + Number(query.limit)).map((row) => ({
				id: row.id,
				rating: row.rating,
				content: row.content,
				created_at: row.createdAt,
				updated_at: row.updatedAt,
			})),
		};
	}

	private listConversations(query: IDataObject): IDataObject {
		const rows = [...this.conversations].sort((a, b) => b.updatedMs - a.updatedMs);
		const from = query.last_id ? rows.findIndex(({ id }) => id === query.last_id) + 1 : 0;
		const rest = rows.slice(from);
		return {
			has_more: rest.length > Number(query.limit),
			data: rest
				.slice(0, Number(query.limit))
				.map(({ id, updatedMs }) => ({ id, updated_at: seconds(updatedMs) })),
		};
	}

	private listMessages(query: IDataObject): Answer {
		const conversation = this.conversations.find(({ id }) => id === query.conversation_id);
		if (!conversation)
			return { status: 404, body: { code: 'not_found', message: '', status: 404 } };
		const at = conversation.messages.findIndex(({ id }) => id === query.first_id);
		const older = at < 0 ? conversation.messages : conversation.messages.slice(0, at);
		const limit = Number(query.limit);
		return {
			body: {
				has_more: older.length > limit,
				data: older.slice(-limit).map((message) => ({
					id: message.id,
					conversation_id: message.conversationId,
					status: 'normal',
					answer: message.answeredMs <= this.nowMs ? 'An answer' : '',
					created_at: seconds(message.createdMs),
				})),
			},
		};
	}
}
