import {
	forgetOld,
	splitAnswered,
	bounded,
	MAX_CONVERSATIONS,
	advance,
	isAnswered,
	isReadBefore,
	messageCursor,
	OVERLAP,
	reachesWaiting,
	toRead,
	diff,
	type MessageCursor,
	type MessageRef,
} from '../../../../../nodes/ChatflowTrigger/events/conversationMessage/cursor';

const message = (id: string, at: number, answered = true): MessageRef => ({ id, at, answered });
const ids = (refs: Array<{ id: string }>) => refs.map(({ id }) => id);
const conversation = (id: string, updatedAt: number) => ({ id, updatedAt });

/** The cursor after one conversation with its messages was read. */
function after(
	cursor: MessageCursor,
	id: string,
	updatedAt: number,
	read: MessageRef[],
	head = updatedAt,
) {
	return advance(cursor, conversation(id, updatedAt), { read, complete: true, head });
}

describe('the conversations to read', () => {
	const start = messageCursor(1000);

	it('are those used since the floor, the one used longest ago first', () => {
		const refs = [conversation('c', 1200), conversation('b', 1100), conversation('a', 999)];
		expect(ids(toRead(start, refs))).toEqual(['b', 'c']);
	});

	it('are read once more when they were used in the newest second, which was not over', () => {
		const once = after(start, 'a', 1100, [message('m', 1100)]);
		expect(ids(toRead(once, [conversation('a', 1100)]))).toEqual(['a']);
		const twice = after(once, 'a', 1100, []);
		expect(toRead(twice, [conversation('a', 1100)])).toEqual([]);
	});

	it('are read once when the server is long past that second', () => {
		const once = after(start, 'a', 1100, [message('m', 1100)], 1200);
		expect(toRead(once, [conversation('a', 1100)])).toEqual([]);
	});

	it('are read again when they were used again', () => {
		const once = after(start, 'a', 1100, [message('m', 1100)], 1200);
		expect(ids(toRead(once, [conversation('a', 1150)]))).toEqual(['a']);
	});

	it('are read again when not all of their messages were taken', () => {
		const part = advance(start, conversation('a', 1100), {
			read: [message('m', 1050)],
			complete: false,
			head: 2000,
		});
		expect(ids(toRead(part, [conversation('a', 1100)]))).toEqual(['a']);
	});
});

describe('the messages of a conversation', () => {
	const start = messageCursor(1000);
	const known = after(start, 'a', 1100, [message('m1', 1090), message('m2', 1100)]);

	it('are new from the floor on when nothing is known of the conversation', () => {
		const messages = [message('old', 999), message('m1', 1000), message('m2', 1001)];
		expect(ids(diff(start, 'a', messages))).toEqual(['m1', 'm2']);
	});

	it('are new behind those that are known, also in the same second', () => {
		const messages = [message('m1', 1090), message('m2', 1100), message('m3', 1100)];
		expect(ids(diff(known, 'a', messages))).toEqual(['m3']);
	});

	it('are new between those that are known: a late one', () => {
		const messages = [message('m1', 1090), message('late', 1095), message('m2', 1100)];
		expect(ids(diff(known, 'a', messages))).toEqual(['late']);
	});

	it('are read back to a known one or to the floor', () => {
		expect(isReadBefore(known, 'a', message('m2', 1100))).toBe(true);
		expect(isReadBefore(known, 'a', message('m3', 1101))).toBe(false);
		expect(isReadBefore(known, 'b', message('m2', 1100))).toBe(false);
		expect(isReadBefore(known, 'b', message('x', 999))).toBe(true);
	});

	it('do not come again after one arrived while the list was being read', () => {
		const read = after(start, 'a', 900, [message('m', 2000)], 2000);
		const cursor = forgetOld(read, 2000);
		expect(ids(toRead(cursor, [conversation('a', 2000)]))).toEqual(['a']);
		expect(diff(cursor, 'a', [message('m', 2000)])).toEqual([]);
	});
});

describe('the memory of conversations', () => {
	it('shrinks to the last minutes once all was read', () => {
		let cursor = messageCursor(0);
		cursor = after(cursor, 'old', 1000, [message('m', 1000)], 9000);
		cursor = after(cursor, 'new', 9000, [message('n', 9000)], 9000);
		cursor = forgetOld(cursor, 9000);
		expect(cursor.floor).toBe(9000 - OVERLAP);
		expect(Object.keys(cursor.conversations)).toEqual(['new']);
	});

	it('is bounded while a long backlog is read, and what was forgotten is not read again', () => {
		let cursor = messageCursor(0);
		const refs = Array.from({ length: MAX_CONVERSATIONS + 50 }, (_, i) =>
			conversation(`c${i}`, i + 1),
		);
		for (const { id, updatedAt } of refs) {
			cursor = bounded(after(cursor, id, updatedAt, [message(`m-${id}`, updatedAt)], 99_999));
		}
		expect(Object.keys(cursor.conversations)).toHaveLength(MAX_CONVERSATIONS);
		expect(toRead(cursor, refs)).toEqual([]);
	});
});

describe('a message without an answer', () => {
	const start = messageCursor(0);
	const asked = [message('m', 1000, false)];
	const MINUTE = 60_000;

	it('is waited for', () => {
		const found = splitAnswered(start, 'a', { messages: asked, fresh: asked, nowMs: 5 });
		expect(found).toEqual({ answered: [], waiting: [['m', 'a', 1000, 5]] });
	});

	it('is given out when the answer is there', () => {
		const cursor = { ...start, waiting: [['m', 'a', 1000, 5]] } as MessageCursor;
		const messages = [message('m', 1000)];
		const found = splitAnswered(cursor, 'a', { messages, fresh: [], nowMs: MINUTE });
		expect(found).toEqual({ answered: messages, waiting: [] });
	});

	it('is given out as it is when no run can take so long', () => {
		const cursor = { ...start, waiting: [['m', 'a', 1000, 5]] } as MessageCursor;
		const found = splitAnswered(cursor, 'a', { messages: asked, fresh: [], nowMs: 21 * MINUTE });
		expect(ids(found.answered)).toEqual(['m']);
	});

	it('is forgotten when it is gone, and does not touch those of other conversations', () => {
		const cursor = {
			...start,
			waiting: [
				['gone', 'a', 1000, 5],
				['other', 'b', 1000, 5],
			],
		} as MessageCursor;
		const found = splitAnswered(cursor, 'a', { messages: [], fresh: [], nowMs: 6 });
		expect(found).toEqual({ answered: [], waiting: [['other', 'b', 1000, 5]] });
	});

	it('is looked for back to its own time', () => {
		const cursor = { ...start, waiting: [['m', 'a', 1000, 5]] } as MessageCursor;
		expect(reachesWaiting(cursor, 'a', [message('x', 1001)])).toBe(false);
		expect(reachesWaiting(cursor, 'a', [message('m', 1000)])).toBe(true);
		expect(reachesWaiting(cursor, 'a', [message('x', 999)])).toBe(true);
		expect(reachesWaiting(cursor, 'b', [message('x', 1001)])).toBe(true);
	});

	it.each([
		[{ status: 'normal', answer: 'Hello' }, true],
		[{ status: 'normal', answer: '' }, false],
		[{ status: 'error', answer: '' }, true],
		[{ status: 'paused', answer: 'Half of it' }, false],
	])('%j is answered: %s', (given, expected) => {
		expect(isAnswered(given)).toBe(expected);
	});
});
