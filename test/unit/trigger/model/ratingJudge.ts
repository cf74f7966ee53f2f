import type { IDataObject } from 'n8n-workflow';

import type { Poll } from './n8n';
import { WATCHED, type RatingRow } from './ratings';
import type { Began } from './world';

/** What a rating was, from some time on. */
export interface State {
	fromMs: number;
	rating: string;
	content: string | null;
	/** Whether it was near enough to the top of the list for its change to be seen. */
	isWatched: boolean;
}

/** What became of a rating. */
export interface Story {
	row: RatingRow;
	visibleMs: number;
	states: State[];
	goneMs: number;
}

interface Given {
	poll: Poll;
	item: IDataObject;
}

/** What is wrong with what was given of all ratings. */
export function judgeRatings(
	polls: Poll[],
	stories: Story[],
	began: Began,
	parameters: IDataObject,
): string[] {
	const given = new Map<string, Given[]>();
	for (const poll of polls) {
		if (poll.fate === 'discarded') continue;
		for (const item of poll.items) {
			const id = String(item.id);
			given.set(id, [...(given.get(id) ?? []), { poll, item }]);
		}
	}
	const known = new Set(stories.map(({ row }) => row.id));
	const strangers = [...given.keys()].filter((id) => !known.has(id));
	return [
		...strangers.map((id) => `${id}: UNEXPECTED`),
		...stories.flatMap((story) => {
			const times = given.get(story.row.id) ?? [];
			const isWatched = isWatchedAfter(story, polls, stories);
			const problems = judgeOne(story, times, began, { ...parameters, isWatched });
			return problems.map((problem) => `${story.row.id}: ${problem} (at ${story.row.createdAt})`);
		}),
		...disorder(polls),
	];
}

function judgeOne(
	story: Story,
	given: Given[],
	began: Began,
	{ startFrom, startDate, filters, isWatched }: IDataObject,
): string[] {
	const { row, visibleMs, goneMs } = story;
	const { rating, source } = (filters ?? {}) as IDataObject;
	const unwanted = given.filter(
		({ item }) =>
			(rating !== undefined && item.rating !== rating) ||
			(source !== undefined && item.from_source !== source),
	);
	if (unwanted.length > 0) return ['UNEXPECTED, the filters leave it out'];
	if (source !== undefined && row.source !== source) return [];
	if (rating !== undefined && row.rating !== rating) return repeated(story, given);
	const fromMs = startFrom === 'date' ? Date.parse(String(startDate)) : 0;
	const isOld = startFrom === 'now' ? visibleMs <= began.startMs : row.createdAt * 1000 < fromMs;
	const isUnclear = startFrom === 'now' && visibleMs <= began.endMs;
	// A change that nobody can know of: it was made before there was anything to compare with.
	const sinceMs = startFrom === 'date' ? fromMs : began.endMs;
	const changes = story.states.slice(1);
	const last = changes.at(-1);
	const created = given.filter(({ item }) => item.change === 'created');
	const problems = repeated(story, given);
	if (isOld && created.length > 0) problems.push('UNEXPECTED, existed before the trigger began');
	if (goneMs < Infinity || isUnclear) return problems;
	if (!isOld && (rating === undefined ? created : given).length === 0) problems.push('LOST');
	const mustBeSeen = isWatched === true && last !== undefined && last.fromMs > sinceMs;
	const end = given.at(-1)?.item;
	const isEnd = (state: { rating?: unknown; content?: unknown }) =>
		state.rating === row.rating && (state.content ?? null) === row.content;
	if (mustBeSeen && !(end && isEnd(end)) && !isSameAsBefore(story, began)) {
		problems.push('CHANGE LOST');
	}
	return problems;
}

/** Whether its last change was to be seen by the next poll: not pushed off the watched page by then. */
function isWatchedAfter({ row, states }: Story, polls: Poll[], stories: Story[]): boolean {
	const last = states.at(-1);
	const next = polls.find(
		({ startMs, fate, error }) =>
			startMs > (last?.fromMs ?? Infinity) && fate === 'saved' && error === undefined,
	);
	if (!last?.isWatched || !next) return false;
	const newer = stories.filter(
		(other) => other.visibleMs <= next.endMs && other.row.createdAt >= row.createdAt,
	);
	return newer.length <= WATCHED - 10;
}

/** Whether it was changed back to what it was when the trigger began. */
function isSameAsBefore({ states, row }: Story, began: Began): boolean {
	const before = states.filter(({ fromMs }) => fromMs <= began.endMs).at(-1);
	return before?.rating === row.rating && before.content === row.content;
}

/** The same state of the same rating twice, or more items than states, without a crash. */
function repeated({ states }: Story, given: Given[]): string[] {
	const problems: string[] = [];
	let before: IDataObject | undefined;
	const seen = new Set<string>();
	let created = 0;
	for (const { poll, item } of given) {
		const key = String(item.event_id);
		const isRepeated = seen.has(key) || (item.change === 'created' && created > 0);
		if (isRepeated) problems.push(`REPEATED, ${key}`);
		const isSame = before?.rating === item.rating && before?.content === item.content;
		// Changed and changed back between two polls: may be told, as its time has changed.
		if (isSame && states.length < 3) problems.push(`REPEATED without a change, ${key}`);
		const isState = states.some(
			(state) =>
				state.rating === item.rating &&
				state.content === (item.content ?? null) &&
				state.fromMs <= poll.endMs,
		);
		if (!isState) problems.push(`WRONG, given as ${JSON.stringify([item.rating, item.content])}`);
		if (poll.fate !== 'saved') continue;
		seen.add(key);
		before = item;
		if (item.change === 'created') created += 1;
	}
	return problems;
}

/** In one execution older ratings come first. */
function disorder(polls: Poll[]): string[] {
	return polls.flatMap(({ items }) => {
		const times = items
			.filter(({ change }) => change === 'created')
			.map(({ created_at: at }) => Date.parse(`${String(at).replace(/Z$/, '')}Z`));
		const isSorted = times.every((time, i) => i === 0 || time >= (times[i - 1] as number));
		return isSorted ? [] : ['DISORDER within one execution'];
	});
}
