import type { IDataObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { asNodeError, problemError } from '../../../shared/errors';
import type { ConversationRef, MessageRef } from '../../cursors/conversationMessage';
import { isAnswered } from '../../cursors/conversationMessage';
import { ask, idOf, PAGE_SIZE, recordsOf, secondsOf } from '../../dify';
import type { PollSession } from '../../session';

export interface MessageRecord extends MessageRef {
	record: IDataObject;
}

/**
 * The conversations of a user that were used since a second, the last used first (specification,
 * /conversations).
 *
 * @throws NodeApiError when a page cannot be read, or not all of them in the time of a poll: without
 * the older ones nothing can be said of the newer.
 */
export async function conversationsSince(
	session: PollSession,
	user: string,
	since: number,
	limit = PAGE_SIZE,
): Promise<ConversationRef[]> {
	const all: ConversationRef[] = [];
	for (;;) {
		const query = { user, limit, sort_by: '-updated_at', last_id: all.at(-1)?.id };
		const answer = await ask(session, '/conversations', query);
		const found = recordsOf(answer).map((record) => ({
			id: idOf(record),
			updatedAt: secondsOf(record.updated_at ?? record.created_at),
		}));
		all.push(...found.filter(({ updatedAt }) => updatedAt >= since));
		const isEnd = found.some(({ updatedAt }) => updatedAt < since) || found.length === 0;
		if (isEnd || answer.has_more !== true || limit < PAGE_SIZE) return all;
		if (session.isOver()) throw tooLong(session, all.length);
	}
}

function tooLong(session: PollSession, count: number): NodeApiError {
	return problemError(session.context.getNode(), {
		message: 'The conversations could not be read in the time of a poll',
		description: `Dify gave ${count} of them, and there are more. Begin with a later Start From`,
		failure: { cause: 'temporarily-unavailable' },
	});
}

/**
 * The newest messages of a conversation, oldest first, read backwards until they are enough
 * (specification, /messages).
 *
 * @returns `undefined` when the conversation is gone.
 * @throws NodeApiError when a page cannot be read.
 */
export async function newestMessages(
	session: PollSession,
	user: string,
	conversationId: string,
	isEnough: (messages: MessageRecord[]) => boolean,
	limit = PAGE_SIZE,
): Promise<MessageRecord[] | undefined> {
	let messages: MessageRecord[] = [];
	try {
		for (;;) {
			const query = { user, conversation_id: conversationId, limit, first_id: messages[0]?.id };
			const answer = await ask(session, '/messages', query);
			const found = recordsOf(answer).map((record) => ({
				id: idOf(record),
				at: secondsOf(record.created_at),
				answered: isAnswered(record),
				record,
			}));
			const seen = new Set(messages.map(({ id }) => id));
			const older = found.filter(({ id }) => !seen.has(id));
			messages = [...older, ...messages];
			const isEnd = answer.has_more !== true || older.length === 0;
			if (isEnd || isEnough(messages)) return messages;
		}
	} catch (error) {
		if (error instanceof NodeApiError && error.httpCode === '404') return undefined;
		throw asNodeError(session.context.getNode(), error, 0);
	}
}
