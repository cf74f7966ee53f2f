import type { IDataObject } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import { ASSISTANT_FLOW, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, timed, until } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

interface Question {
	question: string;
	segment?: string;
}

const runAll = async (questions: Question[], options: object, rest: object = {}) =>
	await cybertron(
		simulator,
		'chatflow.run',
		{
			trigger: 'direct',
			flowUuid: ASSISTANT_FLOW,
			question: '={{ $json.question }}',
			segmentCode: '={{ $json.segment ?? "" }}',
			options: { ...options },
		},
		{ items: questions.map((json) => ({ json: { ...json } })), ...rest },
	);

/** The most sockets that were open at once, from the moments of opening and closing. */
function mostAtOnce(): number {
	const opened = simulator.state.handshakes.map(({ at }) => ({ at, change: 1 }));
	const closed = simulator.state.closes.map(({ at }) => ({ at, change: -1 }));
	let open = 0;
	return [...opened, ...closed]
		.sort((left, right) => left.at - right.at || left.change - right.change)
		.reduce((most, { change }) => Math.max(most, (open += change)), 0);
}

describe('several items', () => {
	const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => ({
		question: `${name} #delay ${i % 2 === 0 ? 300 : 30}`,
	}));
	const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `You said: ${name}`);

	it('are worked on one after the other by default', async () => {
		const { json } = await runAll(six, {});
		expect(json.map(({ answer }) => answer)).toEqual(answers);
		expect(mostAtOnce()).toBe(1);
	});

	it('are worked on at once up to the limit, and come out in order', async () => {
		const { result, ms } = await timed(runAll(six, { concurrency: 3 }));
		expect(result.json.map(({ answer }) => answer)).toEqual(answers);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			six.map((_, item) => ({ item })),
		);
		expect(mostAtOnce()).toBe(3);
		expect(ms).toBeLessThan(1500);
	});

	it('of the same session never run at the same time, and keep their order', async () => {
		const questions = [1, 2, 3].flatMap((n) => [
			{ question: `same ${n} #delay 100`, segment: 'one' },
			{ question: `free ${n} #delay 100`, segment: `free ${n}` },
		]);
		const { json } = await runAll(questions, { concurrency: 6 });
		expect(json.map(({ answer }) => answer)).toEqual(
			[1, 2, 3].flatMap((n) => [`You said: same ${n}`, `You said: free ${n}`]),
		);
		const segment = simulator.received.filter(
			({ json: sent }) => (sent as IDataObject).segment_code === 'one',
		);
		expect(segment.map(({ json: sent }) => (sent as IDataObject).question)).toEqual(
			[1, 2, 3].map((n) => `same ${n} #delay 100`),
		);
		const closedAt = new Map(simulator.state.closes.map(({ connection, at }) => [connection, at]));
		for (const [i, next] of segment.slice(1).entries()) {
			expect(closedAt.get(segment[i]!.connection)).toBeLessThanOrEqual(next.at);
		}
		expect(mostAtOnce()).toBeGreaterThan(1);
	});

	it('that all continue the latest session run one after the other', async () => {
		const questions = [1, 2, 3].map((n) => ({ question: `${n} #delay 50` }));
		await runAll(questions, { concurrency: 3, continueLatest: true });
		expect(mostAtOnce()).toBe(1);
	});

	it('that fail leave the others alone under Continue On Fail', async () => {
		const questions = [{ question: 'a' }, { question: 'b #exception 209' }, { question: 'c' }];
		const { json } = await runAll(
			questions,
			{ concurrency: 3 },
			{ onError: 'continueRegularOutput' },
		);
		expect(json.map(({ answer, error }) => answer ?? error)).toEqual([
			'You said: a',
			'Cybertron reported system exception 209',
			'You said: c',
		]);
	});

	it('name the item that failed', async () => {
		const error = failure(
			await runAll([{ question: 'a' }, { question: 'b #risk' }], { concurrency: 2 }),
		);
		expect(error.context.itemIndex).toBe(1);
	});
});

describe('cancelling the execution', () => {
	it.each([
		['while the server thinks', 'Hello #silent-after 2', {}],
		['while the answer arrives', 'Hello #slow 200 #words 200', {}],
		['while a marker is waited for', 'Hello #drop:002005', {}],
	])('closes the socket within a second %s', async (_when, question, options) => {
		const ready = until('the message arrived', () => simulator.received.length > 0).then(
			async () => await new Promise((resolve) => setTimeout(resolve, 300)),
		);
		const { result, ms } = await timed(runAll([{ question }], { ...options }, { cancel: ready }));
		const [closed] = simulator.state.closes;
		await until('the server saw the end', () => simulator.state.closes.length === 1);
		expect(failure(result).message).toBe('The execution was cancelled');
		expect(ms).toBeLessThan(2500);
		expect(closed === undefined || closed.at - simulator.received[0]!.at < 1300).toBe(true);
		expect(simulator.openSockets()).toBe(0);
	});

	it('ends a handshake that is never answered', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#stall' });
		const { result, ms } = await timed(runAll([{ question: 'Hi' }], {}, { cancel: 300 }));
		expect(failure(result).message).toBe('The execution was cancelled');
		expect(ms).toBeLessThan(1300);
		await until('the connection is gone', () => simulator.openConnections() === 0);
	});

	it('ends the pause before another try', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#status 503' });
		const { result, ms } = await timed(runAll([{ question: 'Hi' }], {}, { cancel: 700 }));
		expect(failure(result).message).toBe('The execution was cancelled');
		expect(ms).toBeLessThan(1700);
	});

	it('sends no further message', async () => {
		await runAll([{ question: 'a #delay 5000' }, { question: 'b' }], {}, { cancel: 400 });
		expect(simulator.received.map(({ json }) => (json as IDataObject).question)).toEqual([
			'a #delay 5000',
		]);
	});
});
