import type { IDataObject } from 'n8n-workflow';

import { Clock } from './clock';
import { N8n, type Fate, type Poll } from './n8n';
import { FAIR, type Weather } from './network';
import { Draw } from './random';
import type { EventModel, Step, World } from './world';

export const START_MS = Date.UTC(2026, 2, 1, 12);

const MINUTE = 60_000;
const YEAR = 525_600 * MINUTE;

/** A poll of a history, in some weather. */
export interface PlannedPoll {
	atMs: number;
	fate: Fate;
	weather?: Weather;
}

/** All that makes a history: plain data, the same outcome whenever it is run. */
export interface Plan {
	seed: number;
	parameters: IDataObject;
	budgetMs?: number;
	polls: PlannedPoll[];
	steps: Step[];
}

/** Limits that no poll may pass. */
export const LIMITS = { requests: 100, ms: 30_000, bytes: 64 * 1024 };

export interface Outcome {
	problems: string[];
	polls: Poll[];
	world: World;
}

const TROUBLED: Weather[] = [
	{ latencyMs: [5, 40], fault: 0.3 },
	{ latencyMs: [5, 40], fault: 1 },
	{ latencyMs: [5, 400], silence: 0.2 },
	{ latencyMs: [5, 40], cut: 0.3 },
	{ latencyMs: [5, 40], limit: 0.3 },
	{ latencyMs: [5, 40], gateway: 0.3 },
	{ latencyMs: [5, 40], page404: 0.4 },
	{ latencyMs: [5, 40], page200: 0.2 },
	{ latencyMs: [5, 40], endless: 0.5 },
	{ latencyMs: [1, 5], endless: 1 },
	{ latencyMs: [400, 1600] },
	{ latencyMs: [3000, 9000] },
];

/** Draws a history of one event. */
export function plan(model: EventModel, seed: number): Plan {
	const draw = new Draw(seed);
	const polls: PlannedPoll[] = [{ atMs: START_MS, fate: 'saved' }];
	let atMs = START_MS;
	for (let i = draw.between(3, 11); i > 0; i--) {
		const overlaps = draw.chance(0.06);
		atMs += overlaps ? draw.between(0, 300) : draw.pick([MINUTE, MINUTE, MINUTE, 5 * MINUTE]);
		if (draw.chance(0.05)) atMs += draw.pick([3 * 60, 24 * 60, 30 * 24 * 60]) * MINUTE;
		const poll: PlannedPoll = { atMs, fate: 'saved' };
		if (draw.chance(0.08)) poll.fate = draw.pick(['discarded', 'discarded', 'unsaved']);
		const weather = draw.next();
		if (weather < 0.12) poll.weather = draw.pick(TROUBLED);
		else if (weather < 0.5) poll.weather = { latencyMs: [200, 900] };
		polls.push(poll);
	}
	const startFrom = draw.pick(['now', 'now', 'now', 'now', 'now', 'now', 'all', 'all', 'date']);
	const startDate = new Date(START_MS - draw.pick([2000, 60_000])).toISOString();
	const parameters = {
		startFrom,
		...(startFrom === 'date' && { startDate }),
		...model.parameters(draw),
	};
	const times = {
		startMs: START_MS,
		endMs: atMs + MINUTE,
		pollsMs: polls.map((poll) => poll.atMs),
	};
	const budgetMs = draw.pick([undefined, 300_000]);
	const steps = model.steps(draw, times).sort((a, b) => a.atMs - b.atMs);
	return { seed, parameters, ...(budgetMs && { budgetMs }), polls, steps };
}

/** Runs a history to its end, and judges it. */
export async function run(model: EventModel, plan: Plan): Promise<Outcome> {
	const firstMs = Math.min(START_MS, ...plan.steps.map(({ atMs }) => atMs)) - MINUTE;
	const clock = new Clock(firstMs);
	clock.install();
	try {
		return await new History(model, plan, clock).run();
	} finally {
		Clock.uninstall();
	}
}

class History {
	private readonly world: World;

	private readonly n8n: N8n;

	private readonly running: Array<Promise<unknown>> = [];

	private readonly problems: string[] = [];

	constructor(
		model: EventModel,
		private readonly plan: Plan,
		private readonly clock: Clock,
	) {
		const world = model.world(clock, plan.parameters);
		this.world = world;
		const serve: World['serve'] = (path, query, method) => world.serve(path, query, method);
		this.n8n = new N8n(clock, plan.seed, plan.parameters, serve, plan.budgetMs);
	}

	async run(): Promise<Outcome> {
		const { clock, plan, world, n8n, problems } = this;
		for (const step of plan.steps) clock.at(step.atMs, () => world.apply(step));
		let lastMs = clock.nowMs;
		for (const poll of plan.polls) {
			clock.at(poll.atMs, () => this.poll(poll), true);
			lastMs = Math.max(lastMs, poll.atMs);
		}
		await clock.runUntil(Math.max(lastMs, ...plan.steps.map(({ atMs }) => atMs)));
		await clock.runWhile(Promise.all(this.running));
		await this.settle();
		const began = n8n.polls.find(({ error, fate }) => error === undefined && fate === 'saved');
		if (!began) problems.push('The trigger never began');
		else problems.push(...world.judge(n8n.polls, began));
		return { problems, polls: n8n.polls, world };
	}

	private poll({ fate, weather = FAIR }: PlannedPoll): void {
		const { nowMs } = this.clock;
		const isNear = (other: PlannedPoll) =>
			Math.abs(other.atMs - nowMs) < LIMITS.ms && other.weather && !isFair(other.weather);
		const poll = async () => {
			const { network } = this.n8n;
			network.weather = weather;
			const wasBroken = this.world.isBroken === true;
			const result = await this.n8n.poll(fate);
			network.weather = FAIR;
			// Polls that overlap share the weather.
			this.checkLimits(result, this.plan.polls.find(isNear)?.weather ?? weather, wasBroken);
		};
		this.running.push(poll());
	}

	private checkLimits(poll: Poll, weather: Weather, wasBroken = false): void {
		const { requests, startMs, endMs, bytes, error } = poll;
		const at = `poll at +${(startMs - START_MS) / 1000} s`;
		const { problems } = this;
		if (requests > LIMITS.requests) problems.push(`${at}: LIMIT, ${requests} requests`);
		if (endMs - startMs > LIMITS.ms) problems.push(`${at}: LIMIT, ran ${endMs - startMs} ms`);
		if (bytes > LIMITS.bytes) problems.push(`${at}: LIMIT, ${bytes} bytes of static data`);
		const mayFail = !isFair(weather) || wasBroken || this.world.isBroken;
		if (error !== undefined && !mayFail) problems.push(`${at}: FAILED, ${describe(error)}`);
	}

	/** Nothing new happens: polls until all is said, and then must be quiet. */
	private async settle(): Promise<void> {
		const { clock, world, problems } = this;
		await clock.runUntil(Math.max(clock.nowMs, world.lastMs) + 2 * MINUTE);
		await this.onePoll(0);
		// By then a message without an answer will never get one; with many, some are seen later.
		for (let round = world.waits === true ? 0 : 1; round < 2; round++) {
			await clock.runUntil(clock.nowMs + 40 * MINUTE);
			await this.pollUntilSilent();
		}
		for (const pauseMs of [10 * MINUTE, MINUTE, this.plan.seed % 10 ? MINUTE : YEAR]) {
			const { requests, items } = await this.onePoll(pauseMs);
			if (requests > Math.max(1, world.unfinished ?? 1))
				problems.push(`QUIET: ${requests} requests ${pauseMs} ms after silence`);
			if (items.length > 0) problems.push(`SLOW: ${items.length} events come only at the end`);
		}
	}

	private async pollUntilSilent(): Promise<void> {
		const options = this.plan.parameters.options as IDataObject | undefined;
		const perPoll = Math.min(25, Number(options?.maxEvents ?? 25));
		const limit = 6 + Math.ceil(this.world.size / perPoll);
		let silent = 0;
		for (let polls = 0; silent < 3 && polls < limit; polls++) {
			const { items, requests } = await this.onePoll(MINUTE);
			const isAtWork = requests === LIMITS.requests && requests > (this.world.unfinished ?? 1);
			silent = items.length > 0 || isAtWork ? 0 : silent + 1;
		}
	}

	private async onePoll(pauseMs: number): Promise<Poll> {
		await this.clock.runUntil(this.clock.nowMs + pauseMs);
		const poll = await this.clock.runWhile(this.n8n.poll());
		this.checkLimits(poll, FAIR);
		return poll;
	}
}

/** Whether every request is answered soon, and rightly. */
function isFair(weather: Weather): boolean {
	return Object.keys(weather).length === 1 && weather.latencyMs[1] < 1000;
}

export function describe(error: unknown): string {
	const { message, description } = error as { message?: string; description?: string };
	return `${message ?? String(error)} ${description ?? ''}`.trim();
}
