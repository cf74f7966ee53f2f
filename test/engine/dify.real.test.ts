import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { picked, runDify } from '../support/dify/run';

/** What only real servers showed (nodes/Dify/SERVER.md). */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator({ version: '1.14' });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const UUID = '1b9c0b1e-0000-4000-8000-000000000000';
const items = (count: number) => Array.from({ length: count }, () => ({ json: {} }));

describe('a new user and several items at once', () => {
	it('is one end user, whose conversations can all be seen', async () => {
		const parameters = { query: 'hi #slow 20', user: 'new', options: { concurrency: 10 } };
		const { json } = await runDify(simulator, 'chat.send', parameters, { items: items(20) });
		expect(json).toHaveLength(20);
		expect(simulator.state.endUsers.size).toBe(1);
		const all = { user: 'new', returnAll: true };
		expect((await runDify(simulator, 'conversation.getAll', all)).json).toHaveLength(20);
		expect(simulator.requests.filter(({ query }) => query.limit === '1')).toHaveLength(1);
	});

	it('is several without this care, in the simulator as in a real server', async () => {
		const headers = {
			Authorization: `Bearer ${simulator.apiKey}`,
			'Content-Type': 'application/json',
		};
		const message = { query: 'a b c #slow 30', user: 'new', inputs: {}, response_mode: 'blocking' };
		const call = { method: 'POST', headers, body: JSON.stringify(message) };
		const ask = async () => await fetch(`${simulator.baseUrl}/chat-messages`, call);
		await Promise.all(items(8).map(ask));
		expect(simulator.state.endUsers.size).toBeGreaterThan(1);
	});

	it('is not asked for one item after the other', async () => {
		const parameters = { query: 'hi', user: 'new' };
		await runDify(simulator, 'chat.send', parameters, { items: items(3) });
		expect(simulator.counters().byPath['GET /v1/conversations']).toBeUndefined();
	});
});

it.each(['other', 'ann'])('a run that %s stops is stopped, however it is told', async (user) => {
	const running = runDify(simulator, 'chat.send', { query: 'a b c #slow 300', user: 'ann' });
	await new Promise((resolve) => setTimeout(resolve, 700));
	const taskId = simulator.activeTasks()[0] ?? '';
	await runDify(simulator, 'chat.stop', { taskId, user });
	const { json, error } = await running;
	expect(error).toBeUndefined();
	expect(json[0]).toMatchObject({ status: 'stopped' });
});

it('a run that Dify 1.12 does not know is an error, not an item of nulls', async () => {
	simulator.setVersion('1.12');
	const { error } = await runDify(simulator, 'workflowRun.get', { workflowRunId: UUID });
	expect(error?.message).toBe('Dify did not find the record: Workflow run not found.');
	expect(error?.description).toContain(UUID);
});

describe('variables are filtered here: PostgreSQL does not know the filter of Dify', () => {
	const user = 'ann';

	it('by a part of the name, and by the name', async () => {
		const { json } = await runDify(simulator, 'chat.send', { query: 'hi', user });
		const conversationId = picked(String(json[0]?.conversation_id), 'id');
		const one = { user, conversationId, options: { variableName: 'TUR' } };
		const found = await runDify(simulator, 'conversation.getVariables', one);
		expect(found.json.map(({ name }) => name)).toEqual(['turns']);
		const variableId = picked('turns', 'name');
		const update: INodeParameters = { user, conversationId, variableId, value: '7' };
		expect((await runDify(simulator, 'conversation.updateVariable', update)).json[0]).toMatchObject(
			{
				value: 7,
			},
		);
	});
});

describe('the rest of a lost stream', () => {
	it('is not shown twice, and blanks no node, if the replay has no text yet', async () => {
		const parameters = { query: 'one two three four #cut-events 8 #slow 200', user: 'ann' };
		const run = { streaming: true };
		for (const outputMode of ['aggregated', 'perNode']) {
			const { json, chunks } = await runDify(
				simulator,
				'chat.send',
				{ ...parameters, outputMode },
				run,
			);
			const live = chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : []));
			expect(live.join('')).toBe('Echo: one two three four');
			expect(json.map(({ answer }) => answer).join('')).toBe('Echo: one two three four');
			expect(json.every(({ title, event }) => title ?? event)).toBe(true);
		}
	});
});
