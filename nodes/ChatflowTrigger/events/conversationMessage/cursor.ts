import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../../../shared/values';
import type { Cursor } from '../ledger';
import { isCursor } from '../ledger';
import { isSecond, isTable } from '../shape';
import type { Conversation, PagePlace } from './conversations';
import { NEWEST } from './conversations';

/** Where a conversation stands in a pass. */
type Place = Pick<Conversation, 'id' | 'createdAt'>;

/** How far one conversation has been read: back to what is done, and then forward again. */
export interface Reading extends Place {
	/** Its messages before this second are done. */
	low: number;
	/** The way back: the places of the pages, the newest first. */
	way: PagePlace[];
}

/**
 * A reading of all conversations that takes more than one poll. It goes by the time at which they were
 * created, which never changes: this is the one to go on with.
 */
export type Pass = Reading & {
	/** The messages before this second are read; none of them becomes visible any more. */
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
	const { low, createdAt, until, way } = saved;
	return [low, createdAt, until].every(isSecond) && isTable(way, ['string', 'number']);
}

/** The reading of a conversation of which nothing has been read since a second. */
export function readingFrom({ id, createdAt }: Place, low: number): Reading {
	return { id, createdAt, low, way: [NEWEST] };
}

/** What is left of a pass: the conversations that it is not through with, each from the floor on. */
export function readingsOf(
	conversations: Conversation[],
	floor: number,
	begun: Pass | undefined,
): Reading[] {
	const left = conversations.filter((each) => !begun || order(each, begun) >= 0).sort(order);
	return left.map((each) =>
		each.id === begun?.id ? { ...begun, way: [...begun.way] } : readingFrom(each, floor),
	);
}

function order(a: Place, b: Place): number {
	return a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}
