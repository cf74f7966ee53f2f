import type { IDataObject } from 'n8n-workflow';

import type { Poll } from './n8n';
import type { Expected } from './world';

/** One time that an event was given. */
interface Given {
	poll: Poll;
	/** Which poll, and which item of it. */
	place: number;
	item: IDataObject;
}

/** What was given, by key, in the order in which it came. */
function givenBy(polls: Poll[], keyOf: (item: IDataObject) => string): Map<string, Given[]> {
	const given = new Map<string, Given[]>();
	let place = 0;
	for (const poll of polls) {
		if (poll.fate === 'discarded') continue;
		for (const item of poll.items) {
			place += 1;
			const key = keyOf(item);
			const before = given.get(key);
			if (before) before.push({ poll, place, item });
			else given.set(key, [{ poll, place, item }]);
		}
	}
	return given;
}

/** What is wrong with what was given: lost, repeated without a crash, unknown, changed, disordered. */
export function judgeEach(
	polls: Poll[],
	expected: Expected[],
	keyOf: (item: IDataObject) => string,
): string[] {
	const given = givenBy(polls, keyOf);
	const problems: string[] = [];
	const known = new Map(expected.map((event) => [event.id, event]));
	for (const key of given.keys()) if (!known.has(key)) problems.push(`${key}: UNEXPECTED`);
	for (const event of expected) {
		const times = given.get(event.id) ?? [];
		if (times.length === 0 && !event.optional) problems.push(`${event.id}: LOST (at ${event.at})`);
		const saved = times.findIndex(({ poll }) => poll.fate === 'saved');
		if (saved >= 0 && times.length > saved + 1) {
			problems.push(`${event.id}: REPEATED, ${times.length} times (at ${event.at})`);
		}
		for (const { item, poll } of times) {
			const wrong = event.check?.(item);
			if (wrong) problems.push(`${event.id}: ${wrong}`);
			if (poll.endMs < event.readyMs)
				problems.push(`${event.id}: EARLY, given before it was final`);
		}
	}
	return [...problems, ...disorder(given, expected)];
}

/**
 * Events of a lane that came after a younger one, although they were ready when the poll began that gave
 * the younger one.
 */
function disorder(given: Map<string, Given[]>, expected: Expected[]): string[] {
	const lanes = new Map<string, Array<{ event: Expected; first: Given }>>();
	for (const event of expected) {
		const first = given.get(event.id)?.[0];
		if (!first || event.lane === undefined) continue;
		const lane = lanes.get(event.lane);
		if (lane) lane.push({ event, first });
		else lanes.set(event.lane, [{ event, first }]);
	}
	return [...lanes.values()].flatMap((lane) => {
		lane.sort((a, b) => a.first.place - b.first.place);
		// The youngest event so far, and when its poll began.
		let youngest = { at: -Infinity, startMs: Infinity, id: '' };
		return lane.flatMap(({ event, first }) => {
			const isLate = event.at < youngest.at && event.readyMs < youngest.startMs;
			if (event.at >= youngest.at) {
				youngest = { at: event.at, startMs: first.poll.startMs, id: event.id };
			}
			return isLate ? [`${event.id}: DISORDER, came after the younger ${youngest.id}`] : [];
		});
	});
}

/** The greatest number of polls without trouble that began after an event was ready, and passed it by. */
export function delays(
	polls: Poll[],
	expected: Expected[],
	keyOf: (item: IDataObject) => string,
): Array<{ id: string; polls: number }> {
	const given = givenBy(polls, keyOf);
	const good = polls.filter(({ fate, error }) => fate === 'saved' && error === undefined);
	return expected.flatMap((event) => {
		const first = given.get(event.id)?.[0];
		if (!first) return [];
		const passed = good.filter(
			({ startMs, endMs }) => startMs > event.readyMs && endMs < first.poll.startMs,
		);
		return [{ id: event.id, polls: passed.length }];
	});
}
