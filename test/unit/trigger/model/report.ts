import { plan, run, START_MS, type Outcome, type Plan } from './history';
import type { EventModel } from './world';

/** Most runs that are spent on making a failed history shorter. */
const MAX_RUNS = 150;

/** What kind of a problem it is, to keep while a history is made shorter. */
function kindOf({ problems }: Outcome): string | undefined {
	const wanted = process.env.MODEL_KIND;
	const problem = problems.find((text) => wanted === undefined || text.includes(wanted));
	return problem === undefined ? undefined : (/[A-Z]{4,}/.exec(problem)?.[0] ?? 'other');
}

/** The same failure with as few steps and polls as a simple search finds. */
export async function shorten(model: EventModel, failed: Plan): Promise<Plan> {
	let best = failed;
	let runs = 0;
	const kind = kindOf(await run(model, failed));
	const fails = async (candidate: Plan) => {
		runs += 1;
		return kindOf(await run(model, candidate)) === kind;
	};
	for (const list of ['steps', 'polls'] as const) {
		for (let size = best[list].length; size >= 1; size = Math.floor(size / 2)) {
			for (let from = list === 'polls' ? 1 : 0; from < best[list].length && runs < MAX_RUNS;) {
				const rest = best[list].filter((_, i) => i < from || i >= from + size);
				const candidate = { ...best, [list]: rest } as Plan;
				if (await fails(candidate)) best = candidate;
				else from += size;
			}
		}
	}
	return await smaller(best, fails);
}

/** The same with fewer events in each step. */
async function smaller(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
	let best = plan;
	for (let i = 0; i < best.steps.length; i++) {
		for (let tries = 0; tries < 8; tries++) {
			const steps = [...best.steps];
			const step = steps[i];
			if (!step || !(Number(step.count) > 1)) break;
			steps[i] = { ...step, count: Math.floor(Number(step.count) / 2) };
			if (!(await fails({ ...best, steps }))) break;
			best = { ...best, steps };
		}
	}
	return best;
}

/** A failed history for people: what happened, and how to run it again. */
export async function explain(event: string, model: EventModel, failed: Plan): Promise<string> {
	const short = await shorten(model, failed);
	const { problems, polls } = await run(model, short);
	const at = (ms: number) => `+${((ms - START_MS) / 1000).toFixed(3)} s`;
	return [
		`${event}, seed ${failed.seed}: MODEL_EVENT=${event} MODEL_SEED=${failed.seed} MODEL_HISTORIES=1`,
		...problems.slice(0, 8).map((problem) => `  - ${problem}`),
		...(problems.length > 8 ? [`  - and ${problems.length - 8} more`] : []),
		`  parameters ${JSON.stringify(short.parameters)}`,
		...short.steps.map(({ atMs, ...step }) => `  ${at(atMs)} ${JSON.stringify(step)}`),
		...polls.slice(0, short.polls.length + 6).map((poll) => {
			const { startMs, endMs, fate, requests, items, error } = poll;
			const failure = error === undefined ? '' : `, ${(error as Error).message}`;
			return `  ${at(startMs)} to ${at(endMs)} poll ${fate}: ${requests} requests, ${items.length} items${failure}`;
		}),
		`  replay: ${JSON.stringify(short)}`,
	].join('\n');
}

export { plan, run };
