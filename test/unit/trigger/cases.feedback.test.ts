import { givenBy, play, step } from './model/case';
import { FAIR } from './model/network';
import { feedback } from './model/ratingSteps';

const SLOW = { latencyMs: [200, 300] as [number, number] };
const YEAR = 365 * 24 * 3600;

const ratings = (parameters = {}) => ({ event: 'feedback', ...parameters });

async function problemsOf(given: Parameters<typeof play>[1]): Promise<string[]> {
	return (await play(feedback, { ...given, parameters: ratings(given.parameters) })).problems;
}

it('loses nothing when ratings are taken back while 700 unread ones are read', async () => {
	const steps = [
		step(10, 'rate', { count: 700, overMs: 40_000 }),
		...[60.2, 60.5, 60.9, 61.3].map((second) => step(second, 'takeBack', { count: 3, among: 150 })),
	];
	const polls = [{ at: 60, weather: SLOW }, 120, 180];
	expect(await problemsOf({ steps, polls })).toEqual([]);
});

it('gives 1,200 ratings of one second', async () => {
	const steps = [step(-10, 'rate', { count: 30 }), step(10, 'rate', { count: 1200 })];
	const polls = [60, 120, 180];
	expect(await problemsOf({ steps, polls })).toEqual([]);
});

it.each(['date', 'now'])(
	'tells a change of a rating from before the start (%s)',
	async (startFrom) => {
		const steps = [
			step(-5000, 'rate', { count: 40, overMs: 60_000 }),
			step(100, 'change', { count: 5, among: 40 }),
		];
		const startDate = new Date(Date.UTC(2026, 2, 1, 11, 59)).toISOString();
		const outcome = await play(feedback, {
			parameters: ratings({ startFrom, startDate }),
			steps,
			polls: [60, 120, 180],
		});
		expect(outcome.problems).toEqual([]);
		expect(givenBy(outcome, 3)).toBeGreaterThan(0);
	},
);

it('gives no old rating as a new one when others are deleted during the activation', async () => {
	const steps = [
		step(-50_000, 'rate', { count: 800, overMs: 40_000_000 }),
		...[0.1, 0.4, 0.7].map((second) => step(second, 'takeBack', { count: 4, among: 120 })),
		step(90, 'takeBack', { count: 30, among: 90 }),
		step(100, 'rate', { count: 2 }),
	];
	const polls = [60, 120, 180];
	expect(await problemsOf({ steps, polls: [{ at: 0.05, weather: SLOW }, ...polls] })).toEqual([]);
});

it('gives a rating that is committed after the activation, and was begun before it', async () => {
	const steps = [
		step(-100, 'rate', { count: 3, late: 1, lateMs: 115_000 }),
		step(-2, 'rate', { count: 1 }),
	];
	expect(await problemsOf({ steps, polls: [60] })).toEqual([]);
});

it('tells a change that comes back to what it was at most once', async () => {
	const steps = [
		step(-500, 'rate', { count: 20, overMs: 60_000 }),
		...[70, 80, 130, 140, 190].map((second) => step(second, 'change', { count: 9, among: 20 })),
	];
	expect(await problemsOf({ steps, polls: [60, 120, 180, 240] })).toEqual([]);
});

it('ends a poll of a list that never ends, and loses nothing by it', async () => {
	const steps = [step(10, 'rate', { count: 160, overMs: 30_000 })];
	const weather = { latencyMs: [1, 2] as [number, number], endless: 1 };
	expect(await problemsOf({ steps, polls: [{ at: 60, weather }, 120] })).toEqual([]);
});

it('asks once a poll after a year of silence', async () => {
	const steps = [step(-YEAR, 'rate', { count: 900, overMs: 4e9 })];
	const polls = [60, YEAR, YEAR + 60].map((at) => ({ at, weather: FAIR }));
	const outcome = await play(feedback, { parameters: ratings(), steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(outcome.polls.slice(2, 4).map(({ requests }) => requests)).toEqual([1, 1]);
});
