import type { IDataObject } from 'n8n-workflow';

import type { Clock } from './clock';
import { judgeEach } from './judge';
import { LogTable, type LogRow } from './logs';
import type { Poll } from './n8n';
import { Draw } from './random';
import { currentTimestamp0, type Began, type Expected, type Step, type World } from './world';

const ENDS = ['succeeded', 'succeeded', 'succeeded', 'failed', 'stopped', 'partial-succeeded'];

/** What became of a row. */
interface Story {
	row: LogRow;
	visibleMs: number;
	/** When its run had ended, for all to see. */
	endedMs: number;
	/** Whether it ended at once: only those come in the order of their times. */
	atOnce: boolean;
	deletedMs: number;
	fromFuture: boolean;
}

export class LogWorld implements World {
	readonly table = new LogTable();

	lastMs = 0;

	private readonly stories = new Map<string, Story>();

	constructor(
		private readonly clock: Clock,
		private readonly parameters: IDataObject,
	) {}

	get size(): number {
		return this.stories.size;
	}

	/**
	 * In a second of very many runs PostgreSQL hides some from every page; a poll that cannot find them
	 * within its time may say so.
	 */
	get isBroken(): boolean {
		const counts = new Map<number, number>();
		for (const { createdAt } of this.table.rows) {
			counts.set(createdAt, (counts.get(createdAt) ?? 0) + 1);
		}
		return Math.max(0, ...counts.values()) > 250;
	}

	serve(path: string, query: IDataObject) {
		return this.table.serve(path, query);
	}

	apply(step: Step): void {
		const draw = new Draw(step.seed, 7);
		if (step.do === 'plan') this.rewrite(draw);
		else if (step.do === 'prune') this.prune(Number(step.keepMs));
		else for (let i = 0; i < Number(step.count); i++) this.addRun(step, draw);
	}

	judge(polls: Poll[], began: Began): string[] {
		return judgeEach(polls, this.expected(began), ({ event_id: id }) => String(id));
	}

	expected(began: Began): Expected[] {
		return [...this.stories.values()].flatMap((story) => this.expectedOf(story, began));
	}

	/** One run: its row is committed, then it ends, through all the states that servers show. */
	private addRun(step: Step, draw: Draw): void {
		const { clock } = this;
		const startMs = clock.nowMs + draw.next() * Number(step.overMs);
		const futureMs = Number(step.futureMs ?? 0);
		const lateMs = draw.chance(Number(step.late ?? 0)) ? draw.next() * Number(step.lateMs) : 0;
		const visibleMs = startMs + lateMs;
		const runMs = draw.chance(Number(step.running ?? 0))
			? draw.magnitude(1, Number(step.runMs))
			: 0;
		const endedMs = visibleMs + runMs;
		const row: LogRow = {
			id: draw.uuid(),
			runId: draw.uuid(),
			createdAt: currentTimestamp0(startMs + futureMs),
			status: 'running',
			finalStatus: draw.pick(ENDS),
			finishedAt: null,
			session: draw.pick(['ann', 'bob', 'refund-desk']),
			account: draw.chance(0.2) ? 'owner@example.com' : null,
			inputs: draw.pick(['{"q": "a refund"}', '{"q": "hello"}']),
			outputs: draw.pick(['{"a": "no"}', '{"a": "Refund done"}']),
		};
		const fromFuture = futureMs > 0;
		const atOnce = runMs === 0;
		this.stories.set(row.id, { row, visibleMs, endedMs, atOnce, deletedMs: Infinity, fromFuture });
		this.lastMs = Math.max(this.lastMs, endedMs);
		if (runMs > 0) this.runFor(row, { draw, visibleMs, endedMs, nulls: Number(step.nulls ?? 0) });
		clock.at(visibleMs, () => this.table.rows.push(row));
		const end = () => {
			row.status = row.finalStatus;
			row.finishedAt = Math.floor(endedMs / 1000);
		};
		if (atOnce) end();
		else clock.at(endedMs, end);
	}

	/** What the row shows until its run has ended. */
	private runFor(
		row: LogRow,
		at: { draw: Draw; visibleMs: number; endedMs: number; nulls: number },
	): void {
		const { draw, visibleMs, endedMs } = at;
		const between = () => visibleMs + draw.next() * (endedMs - visibleMs);
		if (draw.chance(at.nulls)) {
			row.status = null;
			// A queue writes the run within minutes, before it ends or with its end.
			const writtenMs = Math.min(between(), visibleMs + draw.magnitude(1, 300_000));
			this.clock.at(writtenMs, () => (row.status ??= 'running'));
		} else if (draw.chance(0.2)) {
			this.clock.at(between(), () => (row.status = 'paused'));
		}
	}

	/** The table is written anew, in another order. */
	private rewrite(draw: Draw): void {
		const places = new Map(this.table.rows.map((row) => [row, draw.next()]));
		this.table.rows.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
	}

	/** The server keeps the newest logs only. */
	private prune(keepMs: number): void {
		const { nowMs } = this.clock;
		const isOld = ({ createdAt }: LogRow) => createdAt * 1000 < nowMs - keepMs;
		for (const row of this.table.rows.filter(isOld)) {
			const story = this.stories.get(row.id);
			if (story) story.deletedMs = nowMs;
		}
		this.table.rows = this.table.rows.filter((row) => !isOld(row));
	}

	private isWanted({ finalStatus, session, account, inputs, outputs }: LogRow): boolean {
		const filters = (this.parameters.filters ?? {}) as IDataObject;
		const statuses = (filters.status ?? []) as string[];
		if (statuses.length > 0 && !statuses.includes(finalStatus)) return false;
		const user = filters.createdByEndUserSessionId;
		if (user !== undefined && (account !== null || session !== user)) return false;
		if (filters.createdByAccount !== undefined && account !== filters.createdByAccount)
			return false;
		const keyword = filters.keyword === undefined ? '' : String(filters.keyword).toLowerCase();
		return [inputs, outputs, session].some((text) => text.toLowerCase().includes(keyword));
	}

	private expectedOf(story: Story, began: Began): Expected[] {
		const { row, visibleMs, endedMs, atOnce, deletedMs, fromFuture } = story;
		const { startFrom, startDate } = this.parameters;
		if (!this.isWanted(row)) return [];
		const isBefore = startFrom === 'now' && endedMs <= began.startMs;
		const fromMs = startFrom === 'date' ? Date.parse(String(startDate)) : 0;
		if (isBefore || row.createdAt * 1000 < fromMs) return [];
		// What happens while the trigger begins may count as before or after it.
		const isUnclear = startFrom === 'now' && visibleMs <= began.endMs;
		const event: Expected = {
			id: row.id,
			readyMs: endedMs,
			at: row.createdAt,
			optional: isUnclear || deletedMs < Infinity,
			check: ({ workflow_run: run }) =>
				(run as IDataObject | null)?.status === row.finalStatus
					? undefined
					: `WRONG, given as ${JSON.stringify((run as IDataObject | null)?.status)}`,
		};
		return [atOnce && !fromFuture && !isUnclear ? { ...event, lane: 'log' } : event];
	}
}
