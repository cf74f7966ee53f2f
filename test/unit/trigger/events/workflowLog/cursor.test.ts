import {
	hasEnded,
	isUnchanged,
	MAX_KNOWN,
	logCursor,
	OVERLAP,
	pendingOf,
	advance,
	diff,
	type LogEntry,
} from '../../../../../nodes/ChatflowTrigger/events/workflowLog/cursor';

const entry = (id: string, at: number): LogEntry => ({ id, at });
const ids = (entries: LogEntry[]) => entries.map(({ id }) => id);

describe('the cursor of the workflow log', () => {
	it('takes what is there at the start for read, as far as it was made in the last second', () => {
		const cursor = logCursor(1000, [entry('b', 1000), entry('a', 999)]);
		expect(cursor).toEqual({ floor: 1000, known: [[1000, 'b']], pending: [] });
	});

	it('takes an entry of the same second for new when its id was not read', () => {
		const cursor = logCursor(1000, [entry('a', 1000)]);
		expect(ids(diff(cursor, [entry('a', 1000), entry('b', 1000)]))).toEqual(['b']);
	});

	it('takes nothing for new that is older than its floor', () => {
		expect(diff(logCursor(1000), [entry('a', 999)])).toEqual([]);
	});

	it('stays behind the newest entry, so that entries committed late are found', () => {
		const cursor = advance(
			logCursor(1000),
			{
				read: [entry('a', 1500), entry('b', 2000)],
				through: 2000,
				head: 2000,
			},
			[],
		);
		expect(cursor.floor).toBe(2000 - OVERLAP);
		expect(cursor.known).toEqual([[2000, 'b']]);
		expect(ids(diff(cursor, [entry('late', 1990), entry('b', 2000)]))).toEqual(['late']);
	});

	it('never goes back behind its start', () => {
		const cursor = advance(
			logCursor(1000),
			{
				read: [entry('a', 1001)],
				through: 1001,
				head: 1001,
			},
			[],
		);
		expect(cursor.floor).toBe(1000);
	});

	it('stays at the last entry that was read when there are more to come', () => {
		const cursor = advance(
			logCursor(0),
			{
				read: [entry('a', 100), entry('b', 200)],
				through: 200,
				head: 9000,
			},
			[],
		);
		expect(cursor).toEqual({ floor: 200, known: [[200, 'b']], pending: [] });
	});

	it('is quiet when the server has just what was read', () => {
		const cursor = logCursor(1000, [entry('a', 1000), entry('b', 1000)]);
		const entries = [entry('b', 1000), entry('a', 1000)];
		expect(isUnchanged(cursor, { entries, total: 2 })).toBe(true);
		expect(isUnchanged(cursor, { entries, total: 3 })).toBe(false);
		expect(isUnchanged(cursor, { entries: [entry('c', 1000), ...entries], total: 2 })).toBe(false);
	});

	it('keeps a bounded number of entries: with too many the overlap gets shorter', () => {
		const read = Array.from({ length: MAX_KNOWN + 500 }, (_, i) => entry(`e${i}`, 5000 + i / 20));
		const rounded = read.map(({ id, at }) => entry(id, Math.floor(at)));
		const cursor = advance(logCursor(0), { read: rounded, through: 5100, head: 5100 }, []);
		expect(cursor.known.length).toBeLessThanOrEqual(MAX_KNOWN);
		expect(cursor.floor).toBe(5025);
		expect(cursor.known.every(([at]) => at >= cursor.floor)).toBe(true);
	});

	it('does not go beyond what was read, however crowded a second is', () => {
		const read = Array.from({ length: MAX_KNOWN + 500 }, (_, i) => entry(`e${i}`, 7000));
		const cursor = advance(logCursor(0), { read, through: 7000, head: 9000 }, []);
		expect(cursor.floor).toBe(7000);
		expect(diff(cursor, read)).toEqual([]);
	});

	it('remembers the entries whose run goes on, in their order', () => {
		const cursor = logCursor(0, [], [entry('b', 2), entry('a', 1)]);
		expect(pendingOf(cursor)).toEqual([entry('b', 2), entry('a', 1)]);
	});
});

it.each([
	['succeeded', true],
	['failed', true],
	['stopped', true],
	['partial-succeeded', true],
	['running', false],
	['paused', false],
	['scheduled', false],
])('a run that is %s has ended: %s', (status, ended) => {
	expect(hasEnded(status)).toBe(ended);
});
