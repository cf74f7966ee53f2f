import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import { runDify } from '../support/dify/run';

/** Cancelling the execution stops the run on the server, with the same user. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const delay = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, limitMs = 5_000): Promise<void> {
	for (const end = Date.now() + limitMs; Date.now() < end; await delay(10)) {
		if (condition()) return;
	}
	throw new Error('It never happened');
}

const stops = () => simulator.requests.filter(({ path }) => path.endsWith('/stop'));
const chats = () => simulator.requests.filter(({ path }) => path === '/v1/chat-messages');

/** Runs a message and cancels it when `when` is true; tells how long the rest took. */
async function cancelled(
	query: string,
	when: () => boolean,
	parameters: INodeParameters = {},
	items = 1,
) {
	const moment = until(when);
	let cancelledAt = 0;
	const cancel = moment.then(() => {
		cancelledAt = Date.now();
	});
	const result = await runDify(
		simulator,
		'chat.send',
		{ query, user: 'ann', ...parameters },
		{ cancel, items: Array.from({ length: items }, () => ({ json: {} })) },
	);
	return { ...result, took: Date.now() - cancelledAt, cancelledAt };
}

const LONG = 'word '.repeat(200) + '#slow 50';
const talking = () => [...simulator.state.messages.values()].length > 0;
const running = () => [...simulator.state.runs.values()].map(({ status }) => status);

describe.each<DifyVersion>(['1.12', '1.13.1', '1.16', '1.17'])('Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('is told to stop within a second, by task id and the same user, and the stream is closed', async () => {
		let since = 0;
		const { took, cancelledAt } = await cancelled(LONG, () => {
			if (talking()) since ||= Date.now();
			return since > 0 && Date.now() - since > 300;
		});
		await until(() => stops().length > 0, 1_000);
		const [stop] = stops();
		const run = [...simulator.state.runs.values()][0];
		expect(stop).toMatchObject({
			method: 'POST',
			path: `/v1/chat-messages/${run?.taskId}/stop`,
			body: { user: 'ann' },
			status: 200,
		});
		expect((stop?.startedAt ?? 0) - cancelledAt).toBeLessThan(1_000);
		expect(took).toBeLessThan(1_000);
		await until(() => running().join() === 'stopped', 2_000);
		await until(() => simulator.openConnections() === 0, 2_000);
		expect(stops()).toHaveLength(1);
		expect(chats()).toHaveLength(1);
	});
});

it('stops a run whose first event comes only after the execution has ended', async () => {
	simulator.setVersion('1.16');
	simulator.settings.deltaDelayMs = 50;
	const { took } = await cancelled(
		'one two three four five six seven eight #queue 700',
		() => chats().length > 0,
	);
	expect(took).toBeLessThan(1_000);
	await until(() => stops().length > 0, 3_000);
	await until(() => running().join() === 'stopped', 3_000);
});

it('does not wait for long when the server never tells what to stop', async () => {
	simulator.setVersion('1.16');
	const { took } = await cancelled('hi #queue 20000', () => chats().length > 0);
	expect(took).toBeLessThan(1_000);
	expect(stops()).toHaveLength(0);
});

it('stops the run while a lost stream is being recovered', async () => {
	simulator.setVersion('1.13.1');
	const polling = () =>
		simulator.requests.some(({ path }) => path.startsWith('/v1/workflows/run/'));
	const { took } = await cancelled(`${LONG} #cut-events 5`, polling);
	await until(() => stops().length === 1, 1_000);
	expect(took).toBeLessThan(1_000);
	expect(chats()).toHaveLength(1);
});

it('ends the wait before a further try', async () => {
	simulator.faults.add({
		path: '/chat-messages',
		action: 'respond',
		preset: 'too_many_requests',
		times: 0,
	});
	const { took } = await cancelled('hi', () => chats().length === 2);
	expect(took).toBeLessThan(1_000);
	await delay(500);
	expect(chats()).toHaveLength(2);
});

it('sends no further item', async () => {
	simulator.setVersion('1.16');
	await cancelled(LONG, talking, {}, 3);
	await until(() => stops().length === 1, 1_000);
	await delay(300);
	expect(chats()).toHaveLength(1);
});

it('stops every run when several items are under way', async () => {
	simulator.setVersion('1.16');
	const three = () => simulator.state.messages.size === 3;
	await cancelled(LONG, three, { options: { concurrency: 3 } }, 3);
	await until(() => stops().length === 3, 1_500);
	await until(() => running().every((status) => status === 'stopped'), 3_000);
});

it('is not asked for when the answer is complete', async () => {
	const result = await runDify(simulator, 'chat.send', { query: 'hi', user: 'ann' });
	expect(result.json).toHaveLength(1);
	await delay(50);
	expect(stops()).toHaveLength(0);
});

it('cannot stop a blocking call, whose task nobody knows, but closes it', async () => {
	simulator.setVersion('1.16');
	const options = { responseMode: 'blocking' };
	const { took } = await cancelled('hi #work 20000', () => chats().length > 0, { options });
	expect(took).toBeLessThan(1_000);
	expect(stops()).toHaveLength(0);
	await until(() => simulator.openConnections() === 0, 2_000);
});
