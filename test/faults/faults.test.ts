import { say } from '../demo/print';
import { OUTCOMES, type Ended } from './support/executions';
import { chosenForm, chosenSeed, mayWrite } from './support/form';
import { messageId } from './support/kind';
import { kinds } from './support/kinds';
import { report, writeReport } from './support/report';
import { Run, type Results, type Watched } from './support/run';

const RUN_LIMIT_MS = 25 * 60_000;
const STOP_LIMIT_MS = 2 * 60_000;
const MB = 1024 * 1024;

/** What may be held for good: of a thousand executions, 20 kB for each would be found. */
const HEAP_GROWTH = 10 * MB;
/** The allocator keeps some pages that were in use at the peak; the heap is the sharper measure. */
const RESIDENT_GROWTH = 100 * MB;
/** Idle connections to Redis and PostgreSQL come and go in n8n's pools. */
const DESCRIPTOR_GROWTH = 6;

const run = new Run(chosenForm(), chosenSeed());
let results: Results;

beforeAll(async () => {
	results = await run.results();
	say(`\n${report(results)}\n`);
	if (mayWrite()) writeReport(results);
}, RUN_LIMIT_MS);
afterAll(async () => await run.stop(), STOP_LIMIT_MS);

const withOutcome = (outcome: Ended['outcome']) =>
	results.ended.filter((one) => one.outcome === outcome);

const idsOf = ({ call }: Ended) => (call?.sent.texts ?? []).map((text) => messageId(text) ?? '');

describe('executions in queue mode, with faults in the servers and a worker that is killed', () => {
	it('are as many as there were calls', () => {
		expect(results.ended).toHaveLength(results.calls.length);
		expect(results.calls.length).toBeGreaterThanOrEqual(results.form.executions * 0.98);
	});

	it('met faults in about 10 % of all requests', () => {
		const struck = results.strikes.reduce((sum, [, times]) => sum + times, 0);
		// What chance allows: four standard deviations.
		const around = 4 * Math.sqrt((0.1 * 0.9) / results.requests);
		expect(struck / results.requests).toBeGreaterThan(0.1 - around);
		expect(struck / results.requests).toBeLessThan(0.1 + around);
	});

	it('all end in a documented way', () => {
		const wrong = withOutcome('undocumented');
		const told = wrong.map(({ endpoint, detail }) => `${endpoint.kind.name}: ${detail}`);
		expect(told).toEqual([]);
	});

	it('succeed for the most part, of every kind', () => {
		const succeeded = [...withOutcome('success'), ...withOutcome('recovered')];
		for (const kind of kinds) {
			const ofKind = ({ endpoint }: Ended) => endpoint.kind === kind;
			const all = results.ended.filter(ofKind).length;
			// More than half of many; of few, chance may take more.
			const least = Math.max(1, all / 2 - Math.sqrt(all) * 1.5);
			expect([kind.name, succeeded.filter(ofKind).length >= least]).toEqual([kind.name, true]);
		}
	});

	it(`are "${OUTCOMES.lost}" only when they ran on the worker that was killed`, () => {
		const { calls, killedAt, form } = results;
		const underWay = calls.filter(
			({ startedAt, endedAt }) => startedAt < killedAt && killedAt < endedAt,
		);
		const lost = withOutcome('lost');
		expect(lost.length).toBeGreaterThan(0);
		expect(lost.length).toBeLessThanOrEqual(Math.min(form.perWorker, underWay.length));
	});

	it('send no chat message twice', () => {
		const twice = [...results.messages].filter(
			([, { received, refused, accepted }]) => received - refused > 1 || accepted > 1,
		);
		expect(twice).toEqual([]);
		expect(results.unnamed).toBe(0);
	});

	it('have sent every chat message of what succeeded', () => {
		const succeeded = [...withOutcome('success'), ...withOutcome('recovered')];
		const missing = succeeded.flatMap(idsOf).filter((id) => !results.messages.get(id)?.accepted);
		expect(missing).toEqual([]);
	});

	it('leave no secret in the data of executions or in the logs of n8n', () => {
		const found = results.secrets.filter((secret) => results.written.includes(secret));
		expect(found.length).toBe(0);
		expect(results.written.length).toBeGreaterThan(100_000);
	});
});

describe.each<Watched['name']>(['main', 'worker', 'new worker'])('the %s afterwards', (name) => {
	const of = () => results.processes.find((one) => one.name === name) as Watched;
	/** The new worker had no rest before the load: it is compared with the one that lived on. */
	const before = () =>
		of().before ?? (results.processes.find((one) => one.name === 'worker')?.before as never);

	it('has no socket to the servers', () => {
		expect(of().after.sockets).toBe(0);
		expect(results.serverSockets).toBe(0);
	});

	it('has no file open that was not open before', () => {
		const known = new Set(before().open.files);
		expect(of().after.open.files.filter((file) => !known.has(file))).toEqual([]);
		const growth = of().after.open.count - before().open.count;
		expect(growth).toBeLessThanOrEqual(DESCRIPTOR_GROWTH);
	});

	it('holds no more memory than before', () => {
		const [now, then] = [of().after.memory, before().memory];
		expect(now.heap - then.heap).toBeLessThan(HEAP_GROWTH);
		expect(now.buffers - then.buffers).toBeLessThan(HEAP_GROWTH);
		expect(now.resident - then.resident).toBeLessThan(RESIDENT_GROWTH);
	});
});
