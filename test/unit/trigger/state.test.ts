import type { IDataObject } from 'n8n-workflow';

import {
	cursorFor,
	shouldReport,
	isResolved,
	isOvertaken,
	nextPosition,
	positionOf,
	REPORT_AGAIN_MS,
	lastErrorOf,
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
		expect(nextPosition(POSITION, 'feedback:abc', { since: '2026' })).toBe(POSITION);
	});

	it('counts up with every change', () => {
		expect(nextPosition(POSITION, 'feedback:abc', { since: '2027' }).revision).toBe(5);
		expect(nextPosition(POSITION, 'feedback:xyz', { since: '2026' }).revision).toBe(5);
		expect(nextPosition(undefined, 'feedback:abc', {}).revision).toBe(1);
	});

	it('is overtaken when another poll has moved it meanwhile', () => {
		const next = nextPosition(POSITION, 'feedback:abc', { since: '2027' });
		expect(isOvertaken(POSITION, POSITION)).toBe(false);
		expect(isOvertaken(POSITION, next)).toBe(true);
		expect(isOvertaken(undefined, POSITION)).toBe(true);
		expect(isOvertaken(undefined, undefined)).toBe(false);
	});
});

describe('the error that was last shown', () => {
	const shown = { key: 'temporarily-unavailable', reportedAt: 1_000_000 };

	it('comes back as it was put into the memory of n8n', () => {
		expect(lastErrorOf({ lastError: shown })).toEqual(shown);
		expect(lastErrorOf({})).toBeUndefined();
		expect(lastErrorOf({ lastError: 7 })).toBeUndefined();
	});

	it('is reported the first time and if it is another one', () => {
		expect(shouldReport(undefined, 'rate-limited', 0)).toBe(true);
		expect(shouldReport(shown, 'rate-limited', 1_060_000)).toBe(true);
	});

	it('is not reported a minute later, and is again after an hour', () => {
		expect(shouldReport(shown, shown.key, 1_060_000)).toBe(false);
		expect(shouldReport(shown, shown.key, 1_000_000 + REPORT_AGAIN_MS - 1)).toBe(false);
		expect(shouldReport(shown, shown.key, 1_000_000 + REPORT_AGAIN_MS)).toBe(true);
	});

	it('is reported within seconds: then n8n is retrying to activate the workflow', () => {
		expect(shouldReport(shown, shown.key, 1_016_000)).toBe(true);
	});

	it('is reported if the clock was set back', () => {
		expect(shouldReport(shown, shown.key, 900_000)).toBe(true);
	});

	it('is resolved by a success, unless it is of the kind that comes and goes', () => {
		expect(isResolved({ key: 'credential-invalid', reportedAt: 0 })).toBe(true);
		expect(isResolved({ key: 'Some other message', reportedAt: 0 })).toBe(true);
		expect(isResolved(shown)).toBe(false);
		expect(isResolved({ key: 'rate-limited', reportedAt: 0 })).toBe(false);
		expect(isResolved(undefined)).toBe(false);
	});
});
