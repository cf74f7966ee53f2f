import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { ChatflowError } from '../../../shared/errors';
import { asObject, defined } from '../../../shared/values';
import { ignoreNotFound } from '../../errorKind';
import type { PollCaller } from '../../pollCaller';
import { idOf, PAGE_SIZE, recordsOf, secondsOf } from '../../records';
import { MAX_ITEMS } from '../event';
import type { ConversationRef, MessageCursor, MessageRef } from './cursor';
import {
	advance,
	bounded,
	diff,
	isAnswered,
	isReadBefore,
	reachesWaiting,
	splitAnswered,
} from './cursor';

/** After this many errors in a row it is the server that fails, not single conversations. */
const MAX_ERRORS_IN_A_ROW = 3;

/** A message with everything that the server says about it. */
export interface MessageRecord extends MessageRef {
	record: IDataObject;
}

interface ConversationsRead {
	/** Answered messages that have not been emitted. */
	read: MessageRecord[];
	cursor: MessageCursor;
	/** Whether all conversations have been read. */
	complete: boolean;
	/** Conversations that do not exist any more. */
	gone: string[];
	/** Why a conversation could not be read; the next poll tries again. */
	error?: Error;
}

/** The conversations of one user, read by one poll. */
export class Conversations {
	constructor(
		private readonly poll: PollCaller,
		private readonly user: string,
	) {}

	/**
	 * The conversations that have been used since a second, the last used first.
	 *
	 * @throws ChatflowError if a page cannot be read, or not all pages within the time of a poll:
	 * without the older ones nothing can be said about the newer.
	 */
	async usedSince(second: number): Promise<ConversationRef[]> {
		const all: ConversationRef[] = [];
		for (;;) {
			const { found, hasMore } = await this.page(PAGE_SIZE, all.at(-1)?.id);
			const used = found.filter(({ updatedAt }) => updatedAt >= second);
			all.push(...used);
			if (!hasMore || used.length < found.length || found.length === 0) return all;
			if (!this.poll.isOver) continue;
			throw new ChatflowError({
				message: 'The conversations could not be read within the time of a poll',
				description: `Dify returned ${all.length} of them, and there are more. Choose a later Start From`,
				failure: { cause: 'temporarily-unavailable' },
			});
		}
	}

	/** The conversation that was last used, if there is one. */
	async lastUsed(): Promise<ConversationRef | undefined> {
		return (await this.page(1)).found[0];
	}

	/**
	 * The newest messages of a conversation, oldest first; read backwards until there are enough.
	 *
	 * @returns `undefined` if the conversation does not exist.
	 */
	async newestMessages(
		id: string,
		isEnough: (messages: MessageRecord[]) => boolean,
		limit = PAGE_SIZE,
	): Promise<MessageRecord[] | undefined> {
		const query = { user: this.user, conversation_id: id, limit };
		let messages: MessageRecord[] = [];
		for (;;) {
			const qs = defined({ ...query, first_id: messages[0]?.id });
			const response = await dify(this.poll).get('/messages', qs).catch(ignoreNotFound);
			if (response === undefined) return undefined;
			const seen = new Set(messages.map((message) => message.id));
			const found = recordsOf(response).map(toMessage);
			const older = found.filter((message) => !seen.has(message.id));
			messages = [...older, ...messages];
			const isEnd = asObject(response).has_more !== true || older.length === 0;
			if (isEnd || isEnough(messages)) return messages;
		}
	}

	/**
	 * Reads the new messages of conversations, until the execution is full or the time is up. One that
	 * cannot be read does not hold up the others.
	 *
	 * @param head The newest second of the list of conversations.
	 * @throws ChatflowError if nothing could be read.
	 */
	async readNew(
		start: MessageCursor,
		todo: ConversationRef[],
		head: number,
	): Promise<ConversationsRead> {
		const result: ConversationsRead = { read: [], cursor: start, gone: [], complete: true };
		let errorsInARow = 0;
		for (const ref of todo) {
			const isFull = result.read.length >= MAX_ITEMS;
			if (isFull || this.poll.isOver || errorsInARow === MAX_ERRORS_IN_A_ROW) {
				result.complete = false;
				break;
			}
			try {
				await this.readOne(result, ref, head);
				errorsInARow = 0;
			} catch (error) {
				result.error ??= error as Error;
				result.complete = false;
				errorsInARow += 1;
			}
		}
		if (result.error !== undefined && result.cursor === start) throw result.error;
		return result;
	}

	/** Reads one conversation into `result`, back to the last message read and to all that wait. */
	private async readOne(result: ConversationsRead, ref: ConversationRef, head: number) {
		const { cursor } = result;
		const isEnough = (found: MessageRecord[]) =>
			found.some((message) => isReadBefore(cursor, ref.id, message)) &&
			reachesWaiting(cursor, ref.id, found);
		const found = await this.newestMessages(ref.id, isEnough);
		if (!found) result.gone.push(ref.id);
		const messages = found ?? [];
		const unread = diff(cursor, ref.id, messages);
		const fresh = unread.slice(0, MAX_ITEMS - result.read.length);
		const complete = fresh.length === unread.length;
		const split = splitAnswered(cursor, ref.id, { messages, fresh, nowMs: Date.now() });
		const next = advance(cursor, ref, { read: fresh, complete, head });
		result.read.push(...split.answered);
		result.cursor = bounded({ ...next, waiting: split.waiting });
		result.complete &&= complete;
	}

	private async page(limit: number, lastId?: string) {
		const qs = defined({ user: this.user, limit, sort_by: '-updated_at', last_id: lastId });
		const response = asObject(await dify(this.poll).get('/conversations', qs));
		const found = recordsOf(response).map((record) => ({
			id: idOf(record),
			updatedAt: secondsOf(record.updated_at ?? record.created_at),
		}));
		return { found, hasMore: response.has_more === true };
	}
}

function toMessage(record: IDataObject): MessageRecord {
	const at = secondsOf(record.created_at);
	return { id: idOf(record), at, answered: isAnswered(record), record };
}
