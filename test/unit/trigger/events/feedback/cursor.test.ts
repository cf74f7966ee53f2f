import {
	comparableTime,
	feedbackCursor,
	MAX_KNOWN,
	isBehind,
	advance,
	diff,
	type FeedbackEntry,
} from '../../../../../nodes/ChatflowTrigger/events/feedback/cursor';

const entry = (id: string, at: string, fingerprint = 'f'): FeedbackEntry => ({
	id,
	at,
	fingerprint,
});
const ids = (entries: FeedbackEntry[]) => entries.map(({ id }) => id);

describe('the cursor of the feedback', () => {
	const known = advance(feedbackCursor('2026-01-01'), [
		entry('a', '2026-01-02', '1'),
		entry('b', '2026-01-03', '1'),
	]);

	it('tells new from changed and leaves out what is known', () => {
		const rows = [
			entry('d', '2026-01-05'),
			entry('c', '2026-01-04'),
			entry('b', '2026-01-03', '2'),
			entry('a', '2026-01-02', '1'),
		];
		const { created, changed } = diff(known, rows);
		expect(ids(created)).toEqual(['c', 'd']);
		expect(ids(changed)).toEqual(['b']);
	});

	it('finds one that was committed late between known ones', () => {
		expect(ids(diff(known, [entry('late', '2026-01-02')]).created)).toEqual(['late']);
	});

	it('leaves out what was given before its start', () => {
		const { created, changed } = diff(known, [entry('old', '2025-12-31')]);
		expect([...created, ...changed]).toEqual([]);
	});

	it('takes a row that comes on two pages once', () => {
		const twice = [entry('c', '2026-01-04'), entry('c', '2026-01-04')];
		expect(ids(diff(known, twice).created)).toEqual(['c']);
	});

	it('knows a change again once it was given out', () => {
		const changed = entry('b', '2026-01-03', '2');
		expect(diff(advance(known, [changed]), [changed]).changed).toEqual([]);
	});

	it('keeps the newest ones and is done with everything older', () => {
		const day = (i: number) => new Date(Date.UTC(2020, 0, i)).toISOString();
		const rows = Array.from({ length: MAX_KNOWN + 10 }, (_, i) => entry(`r${i}`, day(i)));
		const cursor = advance(feedbackCursor(), rows);
		expect(cursor.known).toHaveLength(MAX_KNOWN);
		expect(cursor.since).toBe(day(9));
		expect(diff(cursor, [...rows].reverse())).toEqual({ created: [], changed: [] });
		expect(isBehind(cursor, rows[9])).toBe(true);
		expect(isBehind(cursor, rows[10])).toBe(false);
		expect(isBehind(cursor, undefined)).toBe(false);
	});
});

describe('the time of a feedback', () => {
	it.each([
		['2025-01-16T14:30:29Z', '2025-01-16T14:30:29'],
		['2025-01-16T14:30:29', '2025-01-16T14:30:29'],
		['2025-01-16T14:30:29.123456', '2025-01-16T14:30:29.123456'],
		['2025-01-16T14:30:29.123456+00:00', '2025-01-16T14:30:29.123456'],
		['2025-01-16T16:30:29+02:00', '2025-01-16T14:30:29'],
		['2025-01-16T14:30:29.000Z', '2025-01-16T14:30:29'],
	])('%s compares as %s', (given, comparable) => {
		expect(comparableTime(given)).toBe(comparable);
	});

	it('compares by the microsecond', () => {
		const times = ['2025-01-16T14:30:29.000002', '2025-01-16T14:30:29', '2025-01-16T14:30:29.1'];
		expect(times.map(comparableTime).sort()).toEqual([times[1], times[0], times[2]]);
	});
});
