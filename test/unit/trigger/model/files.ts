import type { IDataObject } from 'n8n-workflow';

import type { Clock } from './clock';
import type { Poll } from './n8n';
import type { Answer } from './network';
import { Draw } from './random';
import type { EventModel, Step, World } from './world';

/** The ways that a file can go; the last status is final. */
const WAYS = [
	[1, 2, 4, 5, 7],
	[1, 2, 4, 5, 8],
	[1, 3],
	[1, 2, 4, 6],
];

/** An ID that no file has. */
export const UNKNOWN = '404';

interface Change {
	status: number;
	fromMs: number;
}

/** Files of a Cybertron flow: a poll sees only the status that each has at that moment. */
class FileWorld implements World {
	lastMs = 0;

	private readonly files = new Map<string, Change[]>();

	constructor(
		private readonly clock: Clock,
		private readonly parameters: IDataObject,
	) {
		const ids = String(parameters.fileIds).split(', ');
		for (const id of ids) if (id !== UNKNOWN) this.files.set(id, [{ status: 1, fromMs: 0 }]);
	}

	get size(): number {
		return this.files.size * 5;
	}

	/** Each file that has not ended is asked for. */
	get unfinished(): number {
		return [...this.files.values()].filter(({ length }) => length === 1).length;
	}

	serve(_path: string, query: IDataObject): Answer {
		const status = this.changes(query.file_id).findLast(
			({ fromMs }) => fromMs <= this.clock.nowMs,
		)?.status;
		if (status !== undefined) return { body: { code: '000000', data: { file_id: 1, status } } };
		return { body: { code: '400000', message: 'The file does not exist', data: null } };
	}

	/** A file begins to be worked on, and goes on by itself. */
	apply(step: Step): void {
		const draw = new Draw(step.seed, 17);
		const idle = [...this.files.values()].filter(({ length }) => length === 1);
		for (const changes of idle.slice(0, Number(step.count))) {
			let fromMs = this.clock.nowMs;
			for (const status of draw.pick(WAYS).slice(1)) {
				fromMs += draw.magnitude(1, Number(step.overMs));
				changes.push({ status, fromMs });
			}
			this.lastMs = Math.max(this.lastMs, fromMs);
		}
	}

	judge(polls: Poll[]): string[] {
		const [activation, ...rest] = polls.filter(({ fate }) => fate !== 'discarded');
		const onlyFinal = this.parameters.emitOn === 'final';
		const problems: string[] = [];
		for (const [id, changes] of this.files) {
			const last = changes.at(-1) as Change;
			const given = [activation, ...rest].flatMap((poll) =>
				(poll?.items ?? [])
					.filter(({ event_id: key }) => String(key).startsWith(`${id}:`))
					.map((item) => ({ poll, status: Number(item.status) })),
			);
			const isFinal = changes.length > 1;
			const isOld = this.parameters.startFrom === 'now' && last.fromMs <= (activation?.endMs ?? 0);
			if (isFinal && !isOld && given.at(-1)?.status !== last.status) {
				problems.push(`${id}: LOST, the last status is ${last.status}`);
			}
			const saved = given.filter(({ poll }) => poll?.fate === 'saved');
			if (new Set(saved.map(({ status }) => status)).size < saved.length) {
				problems.push(`${id}: REPEATED`);
			}
			if (onlyFinal && given.some(({ status }) => status !== last.status)) {
				problems.push(`${id}: EARLY, given before it was final`);
			}
		}
		return problems;
	}

	private changes(id: unknown): Change[] {
		return this.files.get(String(id)) ?? [];
	}
}

export const offlineFileStatus: EventModel = {
	parameters: (draw) => ({
		event: 'offlineFileStatus',
		startFrom: draw.pick(['now', 'all']),
		emitOn: draw.pick(['change', 'final']),
		fileIds: Array.from({ length: draw.chance(0.05) ? 160 : draw.magnitude(1, 30) }, (_, i) =>
			String(i + 1),
		).join(', '),
	}),
	steps: (draw, { startMs, endMs }) =>
		Array.from({ length: draw.between(1, 6) }, () => ({
			atMs: draw.between(startMs - 60_000, endMs),
			do: 'work',
			seed: draw.between(0, 1e9),
			count: draw.magnitude(1, 60),
			overMs: draw.pick([5, 5000, 300_000]),
		})),
	world: (clock, parameters) => new FileWorld(clock, parameters),
};
