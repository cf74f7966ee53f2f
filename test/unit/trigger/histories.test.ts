import type { IDataObject } from 'n8n-workflow';

import { share } from '../../support/share';
import { FakeN8n, timeOut, type Execution } from './support/n8n';
import { firstSeed, Random } from './support/random';
import { worlds } from './support/scenarios';
import type { Expected, World } from './support/world';

/** Histories per event; with those of the second model 20,000. */
const HISTORIES = Number(process.env.FUZZ_HISTORIES ?? share(750, 25));

/** What goes wrong in a poll. */
interface Weather {
	/** Chance that a request fails. */
	failing: number;
	/** Milliseconds of this machine's clock that a request takes. */
	slowMs: number;
}

const FAIR: Weather = { failing: 0, slowMs: 0 };

/** Lets the polls that are under way take their next step. */
const tick = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** One random history of a server, of n8n, and of the network between them. */
class History {
	readonly random: Random;

	readonly world: World;

	readonly n8n: FakeN8n;

	private weather = FAIR;

	/** Requests that wait for their turn, while polls overlap. */
	private waiting?: Array<() => void>;

	constructor(event: keyof typeof worlds, seed: number) {
		this.random = new Random(seed);
		this.world = worlds[event](this.random, this.random.chance(0.7) ? 'now' : 'all');
		const { parameters } = this.world;
		this.n8n = new FakeN8n({
			parameters,
			serve: (path, query) => this.serve(path, query),
			onRequest: async () => await this.onRequest(),
			clock: () => this.world.clock(),
		});
	}

	async run(): Promise<void> {
		this.world.past();
		await this.n8n.poll();
		this.advance(2000);
		for (let steps = this.random.between(4, 12); steps > 0; steps--) {
			this.advance(this.random.between(0, 90_000));
			for (let events = this.random.between(0, 4); events > 0; events--) this.world.happen();
			await this.act();
		}
		await this.settle();
	}

	/** Time passes on the server and here. */
	private advance(ms: number): void {
		this.world.advance(ms);
		jest.setSystemTime(Date.now() + ms);
	}

	private async act(): Promise<void> {
		const { random, n8n } = this;
		const action = random.between(1, 100);
		if (action <= 45) await n8n.poll();
		else if (action <= 60) await this.pollIn({ failing: 0.4, slowMs: 0 });
		else if (action <= 70) await this.pollIn({ failing: 0, slowMs: 17_000 });
		else if (action <= 80) n8n.kill();
		else if (action <= 90) await n8n.poll({ crash: true });
		else await this.overlap();
	}

	private async pollIn(weather: Weather): Promise<void> {
		this.weather = weather;
		await this.n8n.poll();
		this.weather = FAIR;
	}

	/** Two polls at once; their requests are answered in any order, and the world goes on meanwhile. */
	private async overlap(): Promise<void> {
		const waiting: Array<() => void> = [];
		this.waiting = waiting;
		let running = 2;
		const start = async () => {
			await this.n8n.poll();
			running -= 1;
		};
		const polls = [start(), start()];
		while (running > 0) {
			await tick();
			if (this.random.chance(0.2)) this.world.happen();
			waiting.splice(this.random.between(0, Math.max(0, waiting.length - 1)), 1)[0]?.();
		}
		this.waiting = undefined;
		await Promise.all(polls);
	}

	private async onRequest(): Promise<void> {
		const { failing, slowMs } = this.weather;
		if (slowMs > 0) jest.setSystemTime(Date.now() + slowMs);
		await new Promise<void>((resolve) => (this.waiting ? this.waiting.push(resolve) : resolve()));
		if (this.random.chance(failing / 2)) throw timeOut();
	}

	private serve(path: string, query: IDataObject) {
		if (this.random.chance(this.weather.failing / 2)) return { status: 500, body: {} };
		return this.world.serve(path, query);
	}

	/** Nothing happens any more: polls until all is said. */
	private async settle(): Promise<void> {
		this.advance(15 * 60_000);
		for (let silent = 0, polls = 0; silent < 4; polls++) {
			if (polls > 200) throw new Error('The trigger gives events for ever');
			this.advance(60_000);
			silent = (await this.n8n.poll()) ? 0 : silent + 1;
		}
	}
}

/** How often each event may come: once, and once more for each execution whose place was lost. */
function checkCounts(executions: Execution[], expected: Expected[]): string[] {
	const came = new Map<string, { times: number; lost: number }>();
	for (const { items, saved } of executions) {
		for (const item of items) {
			const id = keyOf(item);
			const { times, lost } = came.get(id) ?? { times: 0, lost: 0 };
			came.set(id, { times: times + 1, lost: lost + (saved ? 0 : 1) });
		}
	}
	const known = new Set(expected.map(({ id }) => id));
	const strangers = [...came.keys()]
		.filter((id) => !known.has(id))
		.map((id) => `${id} is too much`);
	const wrong = expected.flatMap(({ id, optional }) => {
		const { times, lost } = came.get(id) ?? { times: 0, lost: 0 };
		if (times === 0) return optional ? [] : [`${id} is missing`];
		return times > 1 + lost ? [`${id} came ${times} times, ${lost} times unsaved`] : [];
	});
	return [...strangers, ...wrong];
}

/** In its lane an event comes after an older one, unless that was not to be seen when its poll began. */
function checkOrder(executions: Execution[], expected: Expected[]): string[] {
	const byId = new Map(expected.map((event) => [event.id, event]));
	const lanes = new Map<
		string,
		{ newest: number; all: Array<{ at: number; startedMs: number }> }
	>();
	const seen = new Set<string>();
	const wrong: string[] = [];
	for (const { items, startedMs } of executions) {
		for (const item of items) {
			const event = byId.get(keyOf(item));
			if (!event || seen.has(event.id)) continue;
			seen.add(event.id);
			const lane = lanes.get(event.lane) ?? { newest: 0, all: [] };
			lanes.set(event.lane, lane);
			if (event.at < lane.newest && !event.unordered) {
				const younger = lane.all.filter(({ at }) => at > event.at);
				if (younger.some((other) => event.readyMs <= other.startedMs)) {
					wrong.push(`${event.id} came after a younger one`);
				}
			}
			lane.newest = Math.max(lane.newest, event.at);
			lane.all.push({ at: event.at, startedMs });
		}
	}
	return wrong;
}

/** A changed feedback is an event of its own; the model expects the new ones only. */
function keyOf({ event_id: id, change }: IDataObject): string {
	const key = String(id);
	return change === undefined ? key : (key.split(':')[0] ?? key);
}

function withoutChanges(executions: Execution[]): Execution[] {
	return executions.map((execution) => ({
		...execution,
		items: execution.items.filter(({ change }) => change !== 'updated'),
	}));
}

beforeAll(() => {
	jest.useFakeTimers({
		now: Date.UTC(2026, 0, 1),
		doNotFake: ['setImmediate', 'nextTick', 'setTimeout', 'queueMicrotask'],
	});
});
afterAll(() => jest.useRealTimers());

describe.each(Object.keys(worlds) as Array<keyof typeof worlds>)('%s', (event) => {
	it(`gives every event, in order, and again only after a crash, in ${HISTORIES} histories`, async () => {
		const totals = { events: 0, repeated: 0, executions: 0, failures: 0 };
		for (let seed = firstSeed; seed < firstSeed + HISTORIES; seed++) {
			const history = new History(event, seed);
			await history
				.run()
				.catch((error) => Promise.reject(new Error(`FUZZ_SEED=${seed}: ${error}`)));
			const executions = withoutChanges(history.n8n.executions);
			const expected = history.world.expected();
			const problems = [
				...checkCounts(executions, expected),
				...checkOrder(executions, expected),
				...(history.world.check?.(history.n8n.emitted) ?? []),
			];
			if (problems.length > 0) {
				const repeat = `FUZZ_SEED=${seed} FUZZ_HISTORIES=1`;
				throw new Error(
					`${repeat}: ${problems.length} problems\n${problems.slice(0, 10).join('\n')}`,
				);
			}
			const given = executions.flatMap(({ items }) => items).length;
			totals.events += expected.length;
			totals.repeated += given - new Set(executions.flatMap(({ items }) => items.map(keyOf))).size;
			totals.executions += executions.length;
			totals.failures += history.n8n.failures.length;
		}
		// The histories are worth something only if all this happened in them.
		expect(totals.events).toBeGreaterThan(HISTORIES);
		expect(totals.repeated).toBeGreaterThan(0);
		expect(totals.failures).toBeGreaterThan(0);
		process.stdout.write(`${event}: ${JSON.stringify(totals)}, seeds from ${firstSeed}\n`);
	}, 1_500_000);
});
