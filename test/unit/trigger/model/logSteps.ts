import type { IDataObject } from 'n8n-workflow';

import { LogWorld } from './logWorld';
import type { Draw } from './random';
import type { EventModel, Step } from './world';

const FILTERS: IDataObject[] = [
	{ status: ['failed'] },
	{ status: ['failed', 'stopped'] },
	{ status: ['partial-succeeded'] },
	{ keyword: 'refund' },
	{ createdByEndUserSessionId: 'ann' },
	{ createdByAccount: 'owner@example.com' },
	{ keyword: 'refund', status: ['succeeded'] },
];

/** How many runs at once: one or two, or about a page, or, in few histories, several pages. */
function howMany(draw: Draw, isBusy: boolean): number {
	const kind = draw.next();
	if (kind < 0.65) return draw.between(1, 4);
	if (kind < 0.85 || !isBusy) return draw.magnitude(5, 60);
	return draw.magnitude(95, 1200);
}

function runs(draw: Draw, atMs: number, count: number): Step {
	const isLate = draw.chance(0.25);
	return {
		atMs,
		do: 'runs',
		seed: draw.between(0, 1e9),
		count,
		overMs: draw.pick([0, 0, 700, 3000, 20_000, 60_000, count * 500]),
		...(isLate && { late: draw.pick([0.05, 0.3, 1]), lateMs: draw.pick([2000, 10_000, 115_000]) }),
		...(draw.chance(0.35) && {
			running: draw.pick([0.1, 0.5, 1]),
			runMs: draw.pick([3000, 60_000, 600_000, 3_600_000]),
			nulls: draw.pick([0, 0, 0.5]),
		}),
	};
}

export const workflowLog: EventModel = {
	parameters: (draw) => ({
		event: 'workflowLog',
		filters: draw.chance(0.25) ? draw.pick(FILTERS) : {},
		options: {
			...(draw.chance(0.04) && { includeRunDetails: true }),
			...(draw.chance(0.06) && { maxEvents: draw.pick([2, 10, 60]) }),
		},
	}),

	steps: (draw, { startMs, endMs, pollsMs }) => {
		const steps: Step[] = [];
		const isBusy = draw.chance(0.12);
		for (let i = draw.between(0, 3); i > 0; i--) {
			const atMs = startMs - draw.pick([0, 300, 2000, 100_000, 4e6]);
			steps.push(runs(draw, atMs, isBusy ? draw.pick([99, 101, 260]) : draw.between(1, 20)));
		}
		for (let i = draw.between(1, 9); i > 0; i--) {
			// Often just when a poll asks, else at any time.
			const near = draw.pick(pollsMs) + draw.between(-1500, 1500);
			const atMs = draw.chance(0.5) ? near : draw.between(startMs, endMs);
			const kind = draw.next();
			if (kind < 0.06) steps.push({ atMs, do: 'plan', seed: 0 });
			else if (kind < 0.09)
				steps.push({ atMs, do: 'prune', seed: 0, keepMs: draw.pick([1e6, 1e7]) });
			else steps.push(runs(draw, atMs, howMany(draw, isBusy)));
		}
		if (draw.chance(0.04)) {
			const futureMs = draw.pick([30_000, 1_000_000, 90_000_000]);
			const seed = draw.between(0, 1e9);
			steps.push({
				atMs: draw.between(startMs, endMs),
				do: 'runs',
				seed,
				count: 1,
				overMs: 0,
				futureMs,
			});
		}
		return steps;
	},

	world: (clock, parameters) => new LogWorld(clock, parameters),
};
