import type { IDataObject } from 'n8n-workflow';

import type { Clock } from './clock';
import type { Poll } from './n8n';
import { Draw } from './random';
import { judgeRatings, type Story } from './ratingJudge';
import { RatingTable, WATCHED, type RatingRow } from './ratings';
import { currentTimestamp0, type Began, type Step, type World } from './world';

export class RatingWorld implements World {
	readonly table = new RatingTable();

	lastMs = 0;

	private readonly stories = new Map<RatingRow, Story>();

	constructor(
		private readonly clock: Clock,
		private readonly parameters: IDataObject,
	) {}

	get size(): number {
		return this.stories.size;
	}

	serve(path: string, query: IDataObject) {
		return this.table.serve(path, query);
	}

	apply(step: Step): void {
		const draw = new Draw(step.seed, 13);
		for (let i = 0; i < Number(step.count); i++) {
			if (step.do === 'rate') this.rate(step, draw);
			else if (step.do === 'change') this.change(step, draw);
			else this.takeBack(step, draw);
		}
	}

	judge(polls: Poll[], began: Began): string[] {
		return judgeRatings(polls, [...this.stories.values()], began, this.parameters);
	}

	private rate(step: Step, draw: Draw): void {
		const startMs = this.clock.nowMs + Math.floor(draw.next() * Number(step.overMs));
		const isLate = draw.chance(Number(step.late ?? 0));
		const visibleMs = startMs + (isLate ? Math.floor(draw.next() * Number(step.lateMs)) : 0);
		const createdAt = currentTimestamp0(startMs + Number(step.futureMs ?? 0));
		const row: RatingRow = {
			id: draw.uuid(),
			messageId: draw.uuid(),
			createdAt,
			updatedMs: createdAt * 1000,
			rating: draw.pick(['like', 'dislike']),
			content: draw.chance(0.5) ? null : 'Well',
			source: draw.pick(['user', 'user', 'admin']),
		};
		const { rating, content } = row;
		const state = { fromMs: visibleMs, rating, content, isWatched: true };
		this.stories.set(row, { row, visibleMs, states: [state], goneMs: Infinity });
		this.lastMs = Math.max(this.lastMs, visibleMs);
		this.clock.at(visibleMs, () => this.table.add(row));
	}

	/** The user thinks again. The time of the change is that of the beginning of the transaction. */
	private change(step: Step, draw: Draw): void {
		const row = this.pick(step, draw);
		if (!row) return;
		const startMs = this.clock.nowMs;
		const lateMs = draw.chance(Number(step.late ?? 0)) ? draw.next() * Number(step.lateMs) : 0;
		const atMs = startMs + Math.floor(lateMs);
		this.lastMs = Math.max(this.lastMs, atMs);
		const rating = draw.pick(['like', 'dislike'] as const);
		const content = draw.pick([null, `Thought again ${draw.between(1, 1e6)}`]);
		this.clock.at(atMs, () => {
			const index = this.table.rows.indexOf(row);
			if (index < 0 || (row.rating === rating && row.content === content)) return;
			Object.assign(row, { rating, content, updatedMs: startMs, text: undefined });
			// The last second of the watched page may be cut.
			const last = this.table.rows[WATCHED - 10];
			const isWatched = index < WATCHED - 10 && row.createdAt !== last?.createdAt;
			this.stories.get(row)?.states.push({ fromMs: atMs, rating, content, isWatched });
		});
	}

	private takeBack(step: Step, draw: Draw): void {
		const row = this.pick(step, draw);
		const story = row && this.stories.get(row);
		if (!row || !story) return;
		story.goneMs = this.clock.nowMs;
		this.table.remove(row);
	}

	/** One of the newest so many rows. */
	private pick(step: Step, draw: Draw): RatingRow | undefined {
		const rows = this.table.rows.slice(0, Number(step.among));
		return rows.length === 0 ? undefined : draw.pick(rows);
	}
}
