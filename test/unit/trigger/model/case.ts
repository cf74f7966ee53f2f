import type { IDataObject } from 'n8n-workflow';

import { run, START_MS, type Outcome, type Plan } from './history';
import type { Fate } from './n8n';
import type { Weather } from './network';
import type { EventModel, Step } from './world';

/** A step at a second after the activation. */
export function step(
	second: number,
	what: string,
	details: Record<string, Step[string]> = {},
): Step {
	return {
		atMs: START_MS + second * 1000,
		do: what,
		seed: Math.round(second * 7) + 1,
		count: 1,
		overMs: 0,
		...details,
	};
}

export interface Case {
	parameters?: IDataObject;
	/** Seconds after the activation; the first poll is the activation itself. */
	polls?: Array<number | { at: number; weather?: Weather; fate?: Fate }>;
	steps: Step[];
}

/** A history that was written down by hand; whatever is left over is given by the polls after it. */
export async function play(
	model: EventModel,
	{ parameters, polls = [], steps }: Case,
): Promise<Outcome> {
	const planned: Plan = {
		seed: 1,
		parameters: { startFrom: 'now', filters: {}, options: {}, ...parameters },
		polls: [0, ...polls].map((poll) => {
			const { at, ...rest } = typeof poll === 'number' ? { at: poll } : poll;
			return { fate: 'saved' as const, atMs: START_MS + at * 1000, ...rest };
		}),
		steps: [...steps].sort((a, b) => a.atMs - b.atMs),
	};
	return await run(model, planned);
}

/** How many events came by the poll of this number, 0 being the activation. */
export function givenBy({ polls }: Outcome, number: number): number {
	return polls.slice(0, number + 1).reduce((sum, { items }) => sum + items.length, 0);
}
