import { plan, run } from './history';
import { explain } from './report';
import type { EventModel } from './world';

const firstSeed = Number(process.env.MODEL_SEED ?? 1);

/** What histories had in them, so that it is seen that they are worth something. */
export interface Totals {
	histories: number;
	failed: number;
	events: number;
	polls: number;
	requests: number;
	problems: Record<string, number>;
}

/** Runs so many random histories of an event; the explanation of the first failed ones is kept. */
async function runHistories(
	event: string,
	model: EventModel,
	count: number,
): Promise<{ totals: Totals; failures: string[] }> {
	const histories = Number(process.env.MODEL_HISTORIES ?? count);
	const explained = Number(process.env.MODEL_EXPLAIN ?? 1);
	/** Only failures of this kind, such as LOST. */
	const kind = process.env.MODEL_KIND ?? '';
	const totals: Totals = {
		histories,
		failed: 0,
		events: 0,
		polls: 0,
		requests: 0,
		problems: {},
	};
	const failures: string[] = [];
	for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
		const planned = plan(model, seed);
		const { problems, polls } = await run(model, planned).catch((error: unknown) => {
			throw new Error(`MODEL_SEED=${seed}: ${String((error as Error).stack)}`);
		});
		totals.polls += polls.length;
		for (const { requests, items } of polls) {
			totals.requests += requests;
			totals.events += items.length;
		}
		if (problems.length === 0) continue;
		totals.failed += 1;
		for (const kind of new Set(
			problems.map((problem) => /[A-Z]{4,}/.exec(problem)?.[0] ?? 'other'),
		)) {
			totals.problems[kind] = (totals.problems[kind] ?? 0) + 1;
		}
		const isChosen = problems.some((problem) => problem.includes(kind));
		if (failures.length < explained && isChosen)
			failures.push(await explain(event, model, planned));
	}
	return { totals, failures };
}

/** Runs them, and tells what was in them and what the first failed ones look like. */
export async function expectExact(event: string, model: EventModel, count: number): Promise<void> {
	const { totals, failures } = await runHistories(event, model, count);
	process.stdout.write(`${event}: ${JSON.stringify(totals)}\n`);
	expect(failures.join('\n')).toBe('');
}
