import type { IDataObject } from 'n8n-workflow';

import type { Answer } from './network';
import { invalid, notFound } from './world';

/** Changes of ratings that are further down the list than this need not be seen. */
export const WATCHED = 100;

/** A row of `message_feedbacks` that has been committed. */
export interface RatingRow {
	id: string;
	messageId: string;
	/** Seconds. */
	createdAt: number;
	/** Milliseconds; a change is written with a fraction of a second. */
	updatedMs: number;
	rating: 'like' | 'dislike';
	content: string | null;
	source: 'user' | 'admin';
	/** The row as JSON, since it was last shown: saves most of the time of a history. */
	text?: string;
}

/** `/app/feedbacks`: the newest first, within a second by the id. */
export class RatingTable {
	rows: RatingRow[] = [];

	add(row: RatingRow): void {
		let at = 0;
		let end = this.rows.length;
		while (at < end) {
			const middle = (at + end) >> 1;
			if (isBefore(row, this.rows[middle] as RatingRow)) end = middle;
			else at = middle + 1;
		}
		this.rows.splice(at, 0, row);
	}

	remove(row: RatingRow): void {
		this.rows = this.rows.filter((other) => other !== row);
	}

	serve(path: string, query: IDataObject): Answer {
		if (path === '/app/feedbacks') return this.list(query);
		if (path === '/end-users/u') return { body: { id: 'u', session_id: 'customer-42' } };
		const row = this.rows.find(({ messageId }) => messageId === query.conversation_id);
		if (path !== '/messages' || !row) return notFound('Not found');
		const message = { id: row.messageId, query: 'Why?', answer: 'So.', created_at: 1 };
		return { body: { limit: 20, has_more: false, data: [message] } };
	}

	/** Says neither how many there are nor whether there are more. */
	private list(query: IDataObject): Answer {
		const page = Number(query.page ?? 1);
		const limit = Number(query.limit ?? 20);
		if (!(page >= 1) || !(limit >= 1 && limit <= 101)) {
			return invalid('1 validation error for FeedbackListQuery');
		}
		const rows = this.rows.slice((page - 1) * limit, page * limit);
		const texts = rows.map((row) => (row.text ??= JSON.stringify(item(row))));
		return { body: {}, text: `{"data":[${texts.join()}]}` };
	}
}

function isBefore(a: RatingRow, b: RatingRow): boolean {
	return a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.id > b.id);
}

/** Python's `isoformat()` of a time without a zone. */
function isoformat(ms: number): string {
	const text = new Date(ms).toISOString().slice(0, -1);
	return text.endsWith('.000') ? text.slice(0, -4) : `${text}000`;
}

function item(row: RatingRow): IDataObject {
	return {
		id: row.id,
		app_id: 'a',
		// Each rated message stands in a conversation of its own, of the same id.
		conversation_id: row.messageId,
		message_id: row.messageId,
		rating: row.rating,
		content: row.content,
		from_source: row.source,
		from_end_user_id: row.source === 'user' ? 'u' : null,
		from_account_id: row.source === 'user' ? null : 'a',
		created_at: isoformat(row.createdAt * 1000),
		updated_at: isoformat(row.updatedMs),
	};
}
