import type { Draw } from './random';
import { RatingWorld } from './ratingWorld';
import type { EventModel, Step } from './world';

const FILTERS = [{ rating: 'dislike' }, { rating: 'like', source: 'user' }, { source: 'admin' }];

function rate(draw: Draw, atMs: number, count: number): Step {
	const isLate = draw.chance(0.15);
	return {
		atMs,
		do: 'rate',
		seed: draw.between(0, 1e9),
		count,
		overMs: draw.pick([0, 0, 900, 5000, 60_000, count * 300]),
		...(isLate && { late: draw.pick([0.1, 0.5, 1]), lateMs: draw.pick([2000, 10_000, 115_000]) }),
	};
}

function howMany(draw: Draw, isBusy: boolean): number {
	const kind = draw.next();
	if (kind < 0.65) return draw.between(1, 4);
	if (kind < 0.85 || !isBusy) return draw.magnitude(5, 60);
	return draw.pick([draw.magnitude(95, 600), 1200]);
}

export const feedback: EventModel = {
	parameters: (draw) => ({
		event: 'feedback',
		filters: draw.chance(0.12) ? draw.pick(FILTERS) : {},
		options: {
			...(draw.chance(0.04) && { includeQuestion: true }),
			...(draw.chance(0.06) && { maxEvents: draw.pick([2, 10, 60]) }),
		},
	}),

	steps: (draw, { startMs, endMs, pollsMs }) => {
		const isBusy = draw.chance(0.12);
		const steps: Step[] = [];
		for (let i = draw.between(0, 3); i > 0; i--) {
			const atMs = startMs - draw.pick([0, 300, 2000, 100_000, 4e6]);
			steps.push(rate(draw, atMs, isBusy ? draw.pick([99, 101, 620]) : draw.between(1, 20)));
		}
		for (let i = draw.between(1, 10); i > 0; i--) {
			const near = draw.pick(pollsMs) + draw.between(-300, 700);
			const atMs = draw.chance(0.5) ? near : draw.between(startMs, endMs);
			const seed = draw.between(0, 1e9);
			const kind = draw.next();
			const among = draw.pick([3, 20, 100, 600]);
			const late = draw.chance(0.2) && { late: 1, lateMs: 60_000 };
			if (kind < 0.25) {
				steps.push({ atMs, do: 'change', seed, count: draw.between(1, 3), among, ...late });
			} else if (kind < 0.4) {
				steps.push({ atMs, do: 'takeBack', seed, count: draw.between(1, 3), among });
			} else steps.push(rate(draw, atMs, howMany(draw, isBusy)));
		}
		return steps;
	},

	world: (clock, parameters) => new RatingWorld(clock, parameters),
};
