import type { IDataObject } from 'n8n-workflow';

import { dify } from '../../../Dify/transport/dify';
import { digest } from '../../digest';
import type { PollCaller } from '../../pollCaller';
import { idOf, PAGE_SIZE, recordsOf, secondsOfIso } from '../../records';
import type { Part } from '../batch';
import type { Row } from '../ledger';
import { keyOf } from '../ledger';

/** A feedback with everything that the server says about it. */
export interface FeedbackRow extends Row {
	/** Stands for the feedback, whatever its state: the beginning of its key. */
	name: string;
	/** Names this state of it. */
	eventId: string;
	record: IDataObject;
}

/** The part of a key that stands for the feedback; the rest stands for its state. */
const NAME_LENGTH = 8;
const STATE_LENGTH = 4;

/** Parts overlap by at least this many rows, which show that nothing was shifted in between. */
const SHARED_ROWS = 3;
const PAGE_SIZES = Array.from({ length: 12 }, (_, i) => PAGE_SIZE - i);

/** The feedback of an app, newest first; the list has neither a filter nor a total: GET /app/feedbacks. */
export class FeedbackList {
	/** By name: the key that a feedback is known by. */
	private readonly keys: ReadonlyMap<string, string>;

	constructor(
		private readonly poll: PollCaller,
		known: Iterable<string> = [],
	) {
		this.keys = new Map([...known].map((key) => [key.slice(0, NAME_LENGTH), key]));
	}

	/** The newest page. */
	async newest(): Promise<FeedbackRow[]> {
		return await this.page(1, PAGE_SIZE);
	}

	/**
	 * All rows from a second on, the oldest first. Feedback that is given or taken back in the meantime
	 * shifts rows from page to page: parts that have no row in common are read again.
	 *
	 * @throws ChatflowError if a page cannot be read.
	 */
	async *since(second: number): AsyncGenerator<Part<FeedbackRow>> {
		let end = await this.indexBefore(second);
		let last: FeedbackRow[] = [];
		for (let parts = 0; parts === 0 || !this.poll.isOver;) {
			// The page on which this row is as far behind as possible.
			const index = end + SHARED_ROWS;
			const [size = PAGE_SIZE] = [...PAGE_SIZES].sort((a, b) => (index % b) - (index % a));
			const page = Math.floor(index / size);
			const rows = await this.page(page + 1, size);
			const names = new Set(last.map(({ name }) => name));
			const isEnd = rows.length < size || (rows.at(-1)?.at ?? 0) < second;
			const isJoined = names.size === 0 ? isEnd : rows.some(({ name }) => names.has(name));
			if (!isJoined) {
				end += PAGE_SIZE / 2;
				continue;
			}
			parts += 1;
			last = rows;
			end = page * size;
			const oldestFirst = rows.filter(({ at }) => at >= second).reverse();
			const through = oldestFirst.at(-1)?.at ?? second;
			yield { rows: oldestFirst, through: end === 0 ? Infinity : through };
			if (end === 0) return;
		}
	}

	/** About how many rows there are from a second on, by doubling and halving. */
	private async indexBefore(second: number): Promise<number> {
		const isBefore = async (index: number) => {
			const [row] = await this.page(index + 1, 1);
			return row === undefined || row.at < second;
		};
		let from = PAGE_SIZE;
		let to = 2 * PAGE_SIZE;
		while (!this.poll.isOver && !(await isBefore(to))) [from, to] = [to, 2 * to];
		while (!this.poll.isOver && to - from > PAGE_SIZE / 2) {
			const middle = Math.floor((from + to) / 2);
			if (await isBefore(middle)) to = middle;
			else from = middle;
		}
		return to;
	}

	private async page(page: number, limit: number): Promise<FeedbackRow[]> {
		const response = await dify(this.poll).get('/app/feedbacks', { page, limit });
		return recordsOf(response).map((record) => this.toRow(record));
	}

	private toRow(record: IDataObject): FeedbackRow {
		const { rating, content, created_at: createdAt, updated_at: updatedAt } = record;
		const id = idOf(record);
		const name = keyOf(id, NAME_LENGTH);
		// Only some versions of Dify say the zone.
		const changedAt = String(updatedAt ?? createdAt ?? '').replace(/(?:Z|\+00:?00)$/i, '');
		const state = digest([rating, content, changedAt]);
		return {
			name,
			key: name + state.slice(0, STATE_LENGTH),
			replaces: this.keys.get(name),
			at: secondsOfIso(createdAt),
			eventId: `${id}:${state}`,
			record,
		};
	}
}
