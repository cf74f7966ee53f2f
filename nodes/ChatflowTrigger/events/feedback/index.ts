import type { IDataObject, IPollFunctions } from 'n8n-workflow';

import { defined } from '../../../shared/values';
import { digest } from '../../digest';
import type { PollCaller } from '../../pollCaller';
import { PAGE_SIZE } from '../../records';
import { Batch } from '../batch';
import { SAMPLE_SIZE } from '../event';
import type { Cursor } from '../ledger';
import { headOf, isCursor, Ledger } from '../ledger';
import { knownUntil, listEvent } from '../listEvent';
import { optionsOf, toEvent } from '../options';
import { fields } from './fields';
import type { FeedbackRow } from './list';
import { FeedbackList } from './list';
import { Questions } from './questions';

/** Ratings of answers, new and changed: GET /app/feedbacks. */
export const feedback = listEvent({
	fields,
	credential: 'difyApi',
	scope: filtersOf,
	isCursor,

	beginNow: async (poll) =>
		await knownUntil(poll, headOf(await new FeedbackList(poll).newest()), readFeedback),
	read: readFeedback,

	sample: async (poll) => {
		const { isWanted, toItem } = itemsFor(poll);
		const recent = (await new FeedbackList(poll).newest()).filter(isWanted).slice(0, SAMPLE_SIZE);
		const items: IDataObject[] = [];
		for (const row of recent.reverse()) items.push(await toItem(row));
		return items;
	},
});

/** Reads the new and changed feedback. */
async function readFeedback(poll: PollCaller, cursor: Cursor, limit?: number) {
	const ledger = new Ledger(cursor);
	const { isWanted, ...items } = itemsFor(poll);
	const list = new FeedbackList(poll, ledger.known.keys());
	const newest = await list.newest();
	const end = ledger.finalBefore(digest(newest.map(({ key }) => key)), headOf(newest));
	if (end === undefined) return { items: [], cursor, isComplete: true };
	const batch = new Batch<FeedbackRow>(poll, ledger, {
		limit,
		// One that is older and not known was there before the trigger: from now on it is watched.
		select: (rows) =>
			rows.filter((row) => (row.replaces !== undefined || row.at >= ledger.floor) && isWanted(row)),
		...items,
	});
	const oldest = newest.at(-1)?.at ?? 0;
	const isShort = newest.length < PAGE_SIZE;
	const through =
		isShort || oldest < ledger.floor
			? ((await batch.take([...newest].reverse()))?.at ?? Infinity)
			: await batch.takeParts(list.since(Math.min(ledger.floor, ...ledger.known.values())));
	ledger.raise(Math.min(through, end));
	// The newest page is watched for changes, without its last second: it may be cut there.
	const watchedFrom = Math.min(ledger.floor, isShort ? 0 : oldest + 1);
	return {
		items: batch.items,
		cursor: ledger.close(() => watchedFrom),
		error: batch.error,
		isComplete: through === Infinity,
	};
}

function filtersOf(context: IPollFunctions): IDataObject {
	const { rating, source } = context.getNodeParameter('filters', {}) as IDataObject;
	return defined({ rating, from_source: source });
}

/** What Simplify leaves of a feedback. */
const SIMPLE = [
	'change',
	'id',
	'rating',
	'content',
	'message_id',
	'conversation_id',
	'from_source',
	'created_at',
	'query',
	'answer',
	'user',
];

/** Which feedback the user wants, and how it becomes an item. */
function itemsFor(poll: PollCaller) {
	const wanted = Object.entries(filtersOf(poll.context));
	const includeQuestion = optionsOf(poll.context).includeQuestion === true;
	const questions = new Questions(poll);
	return {
		isWanted: ({ record }: FeedbackRow) =>
			wanted.every(([field, value]) => record[field] === value),
		toItem: async ({ eventId, replaces, record }: FeedbackRow) => {
			const change = replaces === undefined ? 'created' : 'updated';
			const question = includeQuestion && (await questions.of(record));
			return toEvent(poll.context, eventId, { change, ...record, ...question }, SIMPLE);
		},
		itemsNeedRequests: includeQuestion,
	};
}
