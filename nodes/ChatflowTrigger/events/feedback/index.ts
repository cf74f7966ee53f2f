import type { IDataObject } from 'n8n-workflow';

import { digest } from '../../digest';
import { PAGE_SIZE } from '../../records';
import { startFields } from '../../start';
import { SAMPLE_SIZE } from '../event';
import { Harvest } from '../harvest';
import { headOf, isCursor, Ledger } from '../ledger';
import { listEvent } from '../listEvent';
import type { FeedbackRow } from './list';
import { FeedbackList } from './list';

/** Ratings of answers, new and changed: GET /app/feedbacks. */
export const feedback = listEvent({
	fields: [
		{
			displayName:
				'Starts the workflow for each new rating, and again when the rating or text of one of the newest 100 changes. Ratings that are withdrawn go unnoticed.',
			name: 'feedbackNotice',
			type: 'notice',
			default: '',
		},
		...startFields,
	],
	credential: 'difyApi',
	scope: () => ({}),
	isCursor,

	newestSecond: async (poll) => headOf(await new FeedbackList(poll).newest()),

	read: async (poll, cursor, limit) => {
		const ledger = new Ledger(cursor);
		const list = new FeedbackList(poll, ledger.known.keys());
		const newest = await list.newest();
		const look = ledger.glance(digest(newest.map(({ key }) => key)));
		if (look === 'settled') return { items: [], cursor };
		const harvest = new Harvest<FeedbackRow>(poll, ledger, {
			limit,
			// One that is older and not known was there before the trigger: from now on it is watched.
			select: (rows) =>
				rows.filter(({ at, replaces }) => replaces !== undefined || at >= ledger.floor),
			toItem,
		});
		const oldest = newest.at(-1)?.at ?? 0;
		const isShort = newest.length < PAGE_SIZE;
		const through =
			isShort || oldest < ledger.floor
				? ((await harvest.take([...newest].reverse()))?.at ?? Infinity)
				: await harvest.takeParts(list.since(Math.min(ledger.floor, ...ledger.known.values())));
		// The newest page is watched for changes, without its last second: it may be cut there.
		const watchedFrom = isShort ? 0 : oldest + 1;
		return {
			items: harvest.items,
			cursor: ledger.close(headOf(newest), through, (_, floor) => Math.min(floor, watchedFrom)),
			error: harvest.error,
		};
	},

	sample: async (poll) => {
		const newest = await new FeedbackList(poll).newest();
		return newest.slice(0, SAMPLE_SIZE).reverse().map(toItem);
	},
});

function toItem({ eventId, replaces, record }: FeedbackRow): IDataObject {
	return { event_id: eventId, change: replaces === undefined ? 'created' : 'updated', ...record };
}
