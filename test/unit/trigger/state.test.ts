import type { IDataObject } from 'n8n-workflow';

import {
	cursorFor,
	isNews,
	isOver,
	isOvertaken,
	moved,
	positionOf,
	REPORT_AGAIN_MS,
	troubleOf,
} from '../../../nodes/ChatflowTrigger/state';

const POSITION = { scope: 'feedback:abc', revision: 4, cursor: { since: '2026' } };

describe('the position of a trigger', () => {
	it('comes back as it was put into the memory of n8n', () => {
		expect(positionOf({ position: POSITION })).toEqual(POSITION);
	});

	it.each([
		['nothing was kept', {}],
		['something else stands in its place', { position: 'text' }],
		['it has no cursor', { position: { scope: 'feedback:abc', revision: 1 } }],
	])('is missing when %s', (_why, memory) => {
		expect(positionOf(memory as IDataObject)).toBeUndefined();
	});

	it('gives its cursor to its own scope only', () => {
		const isCursor = () => true;
		expect(cursorFor(POSITION, 'feedback:abc', isCursor)).toEqual({ since: '2026' });
		expect(cursorFor(POSITION, 'feedback:xyz', isCursor)).toBeUndefined();
		expect(cursorFor(undefined, 'feedback:abc', isCursor)).toBeUndefined();
	});

	it('gives no cursor that its event cannot use', () => {
		expect(cursorFor(POSITION, 'feedback:abc', () => false)).toBeUndefined();
	});

	it('stays the same object when a poll has found nothing, so that n8n has nothing to save', () => {
		expect(moved(POSITION, 'feedback:abc', { since: '2026' })).toBe(POSITION);
	});

	it('counts up with every change', () => {
		expect(moved(POSITION, 'feedback:abc', { since: '2027' }).revision).toBe(5);
		expect(moved(POSITION, 'feedback:xyz', { since: '2026' }).revision).toBe(5);
		expect(moved(undefined, 'feedback:abc', {}).revision).toBe(1);
	});

	it('is overtaken when another poll has moved it meanwhile', () => {
		const next = moved(POSITION, 'feedback:abc', { since: '2027' });
		expect(isOvertaken(POSITION, POSITION)).toBe(false);
		expect(isOvertaken(POSITION, next)).toBe(true);
		expect(isOvertaken(undefined, POSITION)).toBe(true);
		expect(isOvertaken(undefined, undefined)).toBe(false);
	});
});

describe('the trouble that was last shown', () => {
	const shown = { key: 'temporarily-unavailable', reportedAt: 1_000_000 };

	it('comes back as it was put into the memory of n8n', () => {
		expect(troubleOf({ trouble: shown })).toEqual(shown);
		expect(troubleOf({})).toBeUndefined();
		expect(troubleOf({ trouble: 7 })).toBeUndefined();
	});

	it('is news the first time and when it is another one', () => {
		expect(isNews(undefined, 'rate-limited', 0)).toBe(true);
		expect(isNews(shown, 'rate-limited', 1_060_000)).toBe(true);
	});

	it('is no news a minute later, and news again after an hour', () => {
		expect(isNews(shown, shown.key, 1_060_000)).toBe(false);
		expect(isNews(shown, shown.key, 1_000_000 + REPORT_AGAIN_MS - 1)).toBe(false);
		expect(isNews(shown, shown.key, 1_000_000 + REPORT_AGAIN_MS)).toBe(true);
	});

	it('is news within seconds: then n8n is trying once more to activate the workflow', () => {
		expect(isNews(shown, shown.key, 1_016_000)).toBe(true);
	});

	it('is news when the clock was set back', () => {
		expect(isNews(shown, shown.key, 900_000)).toBe(true);
	});

	it('is over with a success, unless it is of the kind that comes and goes', () => {
		expect(isOver({ key: 'credential-invalid', reportedAt: 0 })).toBe(true);
		expect(isOver({ key: 'Some other message', reportedAt: 0 })).toBe(true);
		expect(isOver(shown)).toBe(false);
		expect(isOver({ key: 'rate-limited', reportedAt: 0 })).toBe(false);
		expect(isOver(undefined)).toBe(false);
	});
});
