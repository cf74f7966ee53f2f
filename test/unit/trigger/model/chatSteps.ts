import { ChatWorld } from './chatWorld';
import { ONE, USER } from './chats';
import type { Draw } from './random';
import type { EventModel, Step } from './world';

/** One conversation, as it was entered before there was a picker, and from the picker. */
const CHOICES = [ONE, { __rl: true, mode: 'id', value: ONE }];

function talk(draw: Draw, atMs: number, count: number): Step {
	const isLate = draw.chance(0.2);
	return {
		atMs,
		do: 'talk',
		seed: draw.between(0, 1e9),
		count,
		// A second never has more than a page of them.
		overMs: count > 60 ? count * 40 : draw.pick([0, 700, 3000, 20_000, 60_000, count * 400]),
		// Few conversations of many messages, or many of one.
		fresh: draw.pick([0.02, 0.3, 1]),
		among: draw.pick([1, 5, 200]),
		...(isLate && { late: draw.pick([0.1, 0.5, 1]), lateMs: draw.pick([2000, 10_000, 115_000]) }),
		...(draw.chance(0.35) && {
			running: draw.pick([0.1, 0.5, 1]),
			runMs: draw.pick([3000, 60_000, 900_000]),
		}),
		...(draw.chance(0.1) && { pause: 0.5, pauseMs: draw.pick([60_000, 3_600_000, 90_000_000]) }),
	};
}

function howMany(draw: Draw, isBusy: boolean): number {
	const kind = draw.next();
	if (kind < 0.65) return draw.between(1, 4);
	if (kind < 0.85 || !isBusy) return draw.magnitude(5, 40);
	return draw.magnitude(95, 400);
}

export const conversationMessage: EventModel = {
	parameters: (draw) => ({
		event: 'conversationMessage',
		user: USER,
		filters: draw.chance(0.12) ? { conversationId: draw.pick(CHOICES) } : {},
		options: draw.chance(0.06) ? { maxEvents: draw.pick([2, 10, 60]) } : {},
	}),

	steps: (draw, { startMs, endMs, pollsMs }) => {
		const isBusy = draw.chance(0.12);
		const first: Step = {
			atMs: startMs - 30_000,
			do: 'talk',
			seed: 1,
			count: 1,
			overMs: 0,
			talk: ONE,
		};
		const steps: Step[] = [first];
		for (let i = draw.between(0, 3); i > 0; i--) {
			const atMs = startMs - draw.pick([0, 300, 2000, 100_000, 4e6]);
			steps.push(talk(draw, atMs, isBusy ? draw.pick([99, 101, 260]) : draw.between(1, 12)));
		}
		for (let i = draw.between(1, 9); i > 0; i--) {
			const near = draw.pick(pollsMs) + draw.between(-1500, 1500);
			const atMs = draw.chance(0.5) ? near : draw.between(startMs, endMs);
			const seed = draw.between(0, 1e9);
			const kind = draw.next();
			if (kind < 0.05) steps.push({ atMs, do: 'plan', seed });
			else if (kind < 0.12) steps.push({ atMs, do: 'rename', seed });
			else if (kind < 0.17) steps.push({ atMs, do: 'delete', seed, among: 3 });
			else if (kind < 0.21)
				steps.push({ atMs, do: 'break', seed, forMs: draw.pick([60_000, 6e5]) });
			else if (kind < 0.33)
				steps.push({ ...talk(draw, atMs, draw.between(1, 6)), talk: ONE, fresh: 0 });
			else steps.push(talk(draw, atMs, howMany(draw, isBusy)));
		}
		if (draw.chance(0.04)) {
			const futureMs = draw.pick([30_000, 1_000_000, 90_000_000]);
			const step = {
				do: 'talk',
				seed: draw.between(0, 1e9),
				count: 1,
				overMs: 0,
				fresh: 1,
				futureMs,
			};
			steps.push({ atMs: draw.between(startMs, endMs), ...step });
		}
		if (draw.chance(0.03)) {
			const id = draw.pick(['__proto__', 'constructor', 'toString']);
			steps.push({
				...talk(draw, draw.between(startMs, endMs), draw.between(1, 3)),
				talk: id,
				fresh: 0,
			});
		}
		return steps;
	},

	world: (clock, parameters) => new ChatWorld(clock, parameters),
};
