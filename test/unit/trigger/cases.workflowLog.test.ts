import { givenBy, play, step } from './model/case';
import { workflowLog } from './model/logSteps';
import { FAIR } from './model/network';

const log = (parameters = {}) => ({ event: 'workflowLog', ...parameters });
const YEAR = 365 * 24 * 3600;

it.each([251, 1000])('gives %i runs of two a second, each once', async (count) => {
	const steps = [step(10, 'runs', { count, overMs: count * 500 })];
	const polls = [60, 120, 180, 240, 300];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it.each([101, 200, 250])('gives %i runs of one second, each once', async (count) => {
	const steps = [step(10, 'runs', { count })];
	const outcome = await play(workflowLog, { parameters: log(), steps, polls: [60, 120] });
	expect(outcome.problems).toEqual([]);
	expect(givenBy(outcome, 2)).toBe(count);
});

it('gives no id twice in one execution while the order of a second changes', async () => {
	const steps = [
		step(10, 'runs', { count: 350, overMs: 20_000 }),
		...[59.9, 60.1, 60.3].map((second) => step(second, 'plan')),
	];
	const polls = [{ at: 60, weather: { latencyMs: [100, 300] as [number, number] } }];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it('gives a run whose row is committed two minutes late', async () => {
	const steps = [
		step(10, 'runs', { count: 5, late: 1, lateMs: 115_000 }),
		step(100, 'runs', { count: 3 }),
	];
	const polls = [60, 120, 180];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it('gives a run that was begun before the activation and is committed after it', async () => {
	const steps = [
		step(-100, 'runs', { count: 3, late: 1, lateMs: 115_000 }),
		step(-2, 'runs', { count: 2 }),
	];
	expect((await play(workflowLog, { parameters: log(), steps })).problems).toEqual([]);
});

it('waits for a run whose record is still missing', async () => {
	const steps = [step(10, 'runs', { count: 4, running: 1, runMs: 600_000, nulls: 1 })];
	const polls = [15, 60, 120, 180];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it('finds the one match of a silent month soon', async () => {
	const steps = [
		step(10, 'runs', { count: 9000, overMs: 30 * 24 * 3_600_000 }),
		step(30 * 24 * 3600, 'runs', { count: 1, seed: 4 }),
	];
	const parameters = log({ filters: { createdByEndUserSessionId: 'ann', status: ['stopped'] } });
	const from = 30 * 24 * 3600 + 60;
	const polls = [from, from + 60, from + 120, from + 180, from + 240];
	const outcome = await play(workflowLog, { parameters, steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(givenBy(outcome, 5)).toBe(givenBy(outcome, 1e6));
});

it('sees later runs behind one from the future', async () => {
	const steps = [
		step(10, 'runs', { futureMs: 90_000_000 }),
		...[70, 130, 4000].map((second) => step(second, 'runs', { count: 2 })),
	];
	const polls = [60, 120, 180];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it('ends a poll of a log that never ends, and loses nothing by it', async () => {
	const steps = [step(10, 'runs', { count: 300, overMs: 30_000 })];
	const polls = [{ at: 60, weather: { latencyMs: [1, 2] as [number, number], endless: 1 } }, 120];
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});

it('asks once a poll after a year of silence', async () => {
	const steps = [step(-YEAR, 'runs', { count: 400, overMs: 400_000 })];
	const polls = [60, YEAR, YEAR + 60];
	const outcome = await play(workflowLog, { parameters: log(), steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(outcome.polls.slice(2, 4).map(({ requests }) => requests)).toEqual([1, 1]);
});

it('loses nothing when the process dies in any poll', async () => {
	const steps = [10, 70, 130, 190].map((second) => step(second, 'runs', { count: 3 }));
	const polls = [60, 120, 180, 240].map((at, i) => ({
		at,
		weather: FAIR,
		fate: i % 2 ? ('unsaved' as const) : ('discarded' as const),
	}));
	expect((await play(workflowLog, { parameters: log(), steps, polls })).problems).toEqual([]);
});
