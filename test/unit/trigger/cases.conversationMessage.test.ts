import { givenBy, play, step } from './model/case';
import { conversationMessage } from './model/chatSteps';
import { ONE, USER } from './model/chats';

const messages = (parameters = {}) => ({ event: 'conversationMessage', user: USER, ...parameters });
const YEAR = 365 * 24 * 3600;
const talkOf = (talk: string, second: number, details = {}) =>
	step(second, 'talk', { talk, fresh: 0, ...details });

async function problemsOf(given: Parameters<typeof play>[1]): Promise<string[]> {
	return (await play(conversationMessage, { ...given, parameters: messages(given.parameters) }))
		.problems;
}

it('reads 101 conversations, the two oldest of one second', async () => {
	const steps = [
		step(10, 'talk', { count: 2, fresh: 1 }),
		...Array.from({ length: 99 }, (_, i) => step(12 + i / 4, 'talk', { fresh: 1 })),
	];
	expect(await problemsOf({ steps, polls: [60, 120, 180] })).toEqual([]);
});

it('reads 101 messages of one conversation, the two oldest of one second', async () => {
	const steps = [
		talkOf(ONE, -30),
		talkOf(ONE, 10, { count: 2 }),
		...Array.from({ length: 99 }, (_, i) => talkOf(ONE, 12 + i / 4)),
	];
	expect(await problemsOf({ steps, polls: [60, 120] })).toEqual([]);
});

it('reads 143 conversations that were used within some seconds, and is quiet then', async () => {
	const steps = [step(10, 'talk', { count: 143, fresh: 1, overMs: 11_000 })];
	expect(await problemsOf({ steps, polls: [60, 120, 180] })).toEqual([]);
});

it('gives a message of the second that was read already', async () => {
	const steps = [talkOf(ONE, -30), talkOf(ONE, 59.6), talkOf(ONE, 60.4), talkOf(ONE, 120)];
	expect(await problemsOf({ steps, polls: [60, 61, 62, 180] })).toEqual([]);
});

it('gives a message that is committed late, and none again', async () => {
	const steps = [
		talkOf(ONE, -30),
		talkOf(ONE, 10, { count: 3, late: 1, lateMs: 115_000 }),
		talkOf(ONE, 50),
		talkOf(ONE, 150),
	];
	expect(await problemsOf({ steps, polls: [60, 120, 180, 240] })).toEqual([]);
});

it('gives nothing that was there at the activation, whatever is said later', async () => {
	const steps = [
		step(-2, 'talk', { count: 16, overMs: 10_400, fresh: 0.3 }),
		step(-100, 'talk', { count: 5, overMs: 20_000, late: 1, lateMs: 115_000 }),
		step(30, 'talk', { count: 9, fresh: 0 }),
	];
	expect(await problemsOf({ steps, polls: [60, 120] })).toEqual([]);
});

it('takes the 404 of a proxy for no deleted conversation', async () => {
	const steps = [talkOf(ONE, -30), talkOf(ONE, 30, { count: 3 }), step(31, 'talk', { fresh: 1 })];
	const polls = [60, 61, 62].map((at) => ({
		at,
		weather: { latencyMs: [5, 40] as [number, number], page404: 0.6 },
	}));
	expect(await problemsOf({ steps, polls })).toEqual([]);
});

it('gives a message that waited a day for a human with its final answer', async () => {
	const pause = { pause: 1, pauseMs: 90_000_000, running: 1, runMs: 3000, count: 4 };
	const steps = [talkOf(ONE, -30), talkOf(ONE, 30, pause), step(31, 'talk', pause)];
	const polls = [60, 600, 1800, 3600, 40_000, 80_000];
	expect(await problemsOf({ steps, polls })).toEqual([]);
});

it('reads a conversation of 6,000 messages from a slow server, within the time of each poll', async () => {
	const steps = [talkOf(ONE, -70_000, { count: 6000, overMs: 60_000_000 })];
	const weather = { latencyMs: [1500, 1500] as [number, number] };
	const polls = Array.from({ length: 12 }, (_, i) => ({ at: (i + 1) * 60, weather }));
	const outcome = await play(conversationMessage, {
		parameters: messages({ startFrom: 'all' }),
		steps,
		polls,
	});
	expect(outcome.problems).toEqual([]);
	expect(givenBy(outcome, 12)).toBeGreaterThan(3000);
});

it.each([0.5, 1])(
	'ends a poll of lists that never end (%d), and loses nothing',
	async (endless) => {
		const steps = [talkOf(ONE, -30), step(10, 'talk', { count: 150, overMs: 40_000, fresh: 0.5 })];
		const weather = { latencyMs: [1, 2] as [number, number], endless };
		const polls = [{ at: 60, weather }, { at: 120, weather }, 180];
		expect(await problemsOf({ steps, polls })).toEqual([]);
	},
);

it('sends no more requests from hour to hour while a conversation cannot be read', async () => {
	const steps = [
		talkOf(ONE, -30),
		step(5, 'break', { talk: ONE, forMs: 20 * 3_600_000 }),
		talkOf(ONE, 10),
		...Array.from({ length: 60 }, (_, i) => step(20 + i * 1000, 'talk', { fresh: 1 })),
	];
	const polls = Array.from({ length: 60 }, (_, i) => 60 + i * 1000);
	const outcome = await play(conversationMessage, { parameters: messages(), steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(Math.max(...outcome.polls.slice(30, 60).map(({ requests }) => requests))).toBeLessThan(8);
});

it.each(['__proto__', 'constructor', 'toString'])(
	'reads a conversation whose id is %s',
	async (id) => {
		const steps = [talkOf(id, 10), talkOf(id, 70), talkOf(id, 1000), talkOf(ONE, 1010)];
		expect(await problemsOf({ steps, polls: [60, 120, 1060] })).toEqual([]);
	},
);

it('sees later messages behind one from the future', async () => {
	const steps = [
		talkOf(ONE, -30),
		step(10, 'talk', { fresh: 1, futureMs: 90_000_000 }),
		...[70, 130, 4000].map((second) => talkOf(ONE, second)),
	];
	expect(await problemsOf({ steps, polls: [60, 120, 180] })).toEqual([]);
});

it('asks once a poll after a year of silence', async () => {
	const steps = [step(-YEAR, 'talk', { count: 130, overMs: 400_000 })];
	const polls = [60, 240, YEAR, YEAR + 60];
	const outcome = await play(conversationMessage, { parameters: messages(), steps, polls });
	expect(outcome.problems).toEqual([]);
	expect(outcome.polls.slice(3, 5).map(({ requests }) => requests)).toEqual([1, 1]);
});
