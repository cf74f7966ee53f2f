import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../../shared/values';
import type { Cursor } from '../ledger';
import { isCursor } from '../ledger';
import { isSecond, isTable } from '../shape';
import type { Conversation } from './conversations';

/** How far one conversation has been read: back to what is done, and then forward again. */
export interface Reading {
	id: string;
	/** Its messages before this second are done. */
	low: number;
	/** The way back: where each page ends, and before which second; the newest page first. */
	pages: Array<[firstId: string, before: number]>;
}

/**
 * A reading of all conversations that takes more than one poll. It goes by the time at which they were
 * created, which never changes.
 */
export type Pass = Reading & {
	/** When the conversation to go on with was created: all before it are done. */
	createdAt: number;
	/** Messages from this second on are left for the next pass. */
	until: number;
};

/** Which messages of a user's conversations have been read. */
export type MessageCursor = Cursor & { pass?: Pass };

/** Whether saved data is a cursor of this event. */
export function isMessageCursor(saved: IDataObject): saved is MessageCursor {
	const { pass } = saved;
	return isCursor(saved) && (pass === undefined || isPass(pass));
}

function isPass(saved: unknown): boolean {
	if (!isObject(saved) || typeof saved.id !== 'string') return false;
	const { low, createdAt, until, pages } = saved;
	return [low, createdAt, until].every(isSecond) && isTable(pages, ['string', 'number']);
}

/** Later than any message. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** The reading of a conversation of which nothing has been read. */
export function readingFrom(id: string, low: number): Reading {
	return { id, low, pages: [['', NEVER]] };
}

/** The conversations in the order of a pass, without those that it is through with. */
export function passOrder(conversations: Conversation[], pass: Pass | undefined): Conversation[] {
	const order = (a: Pick<Conversation, 'id' | 'createdAt'>, b: typeof a) =>
		a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
	return conversations.filter((each) => !pass || order(each, pass) >= 0).sort(order);
}
