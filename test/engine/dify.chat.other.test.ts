import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';

/** The two small calls of the resource Chat. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('chat.stop', () => {
	it('stops the run of a task', async () => {
		const running = runDify(simulator, 'chat.send', {
			query: `${'word '.repeat(50)} #slow 50`,
			user: 'ann',
		});
		while (simulator.state.runs.size === 0) await new Promise((done) => setTimeout(done, 20));
		const taskId = [...simulator.state.runs.values()][0]?.taskId ?? '';
		const { json } = await runDify(simulator, 'chat.stop', { taskId: ` ${taskId} `, user: 'ann' });
		expect(json).toEqual([{ result: 'success', task_id: taskId }]);
		expect((await running).json[0]).toMatchObject({ status: 'stopped' });
		const stop = conforming(simulator).find(({ path }) => path.endsWith('/stop'));
		expect(stop?.body).toEqual({ user: 'ann' });
	});

	it('is a success for a task that nobody knows, too', async () => {
		const { json } = await runDify(simulator, 'chat.stop', { taskId: 'gone/1', user: 'ann' });
		expect(json).toEqual([{ result: 'success', task_id: 'gone/1' }]);
		expect(simulator.requests[0]?.path).toBe('/v1/chat-messages/gone%2F1/stop');
	});

	it('needs a task, a user, and an app of the right kind', async () => {
		const noTask = await runDify(simulator, 'chat.stop', { taskId: '={{ "" }}', user: 'ann' });
		expect(noTask.error?.message).toBe('Task ID is empty');
		const noUser = await runDify(simulator, 'chat.stop', { taskId: 't', user: '={{ "" }}' });
		expect(noUser.error?.message).toBe('User is empty');
		const other = await runDify(
			simulator,
			'chat.stop',
			{ taskId: 't', user: 'ann' },
			{ apiKey: 'app-workflow-key' },
		);
		expect(other.error?.message).toMatch(/^This key belongs to "Demo Workflow", a Workflow app\./);
	});
});

describe('chat.getSuggested', () => {
	const suggested = async (messageId: string) =>
		await runDify(simulator, 'chat.getSuggested', { messageId, user: 'ann' });

	async function answered(): Promise<string> {
		const { json } = await runDify(simulator, 'chat.send', { query: 'hi', user: 'ann' });
		return String(json[0]?.message_id);
	}

	it('gives the questions that the user may ask next', async () => {
		const messageId = await answered();
		const { json } = await suggested(messageId);
		expect(json).toEqual([
			{
				result: 'success',
				data: ['What else?', 'How does it work?', 'Where can I read more?'],
				message_id: messageId,
			},
		]);
		expect(conforming(simulator).at(-1)).toMatchObject({ method: 'GET', query: { user: 'ann' } });
	});

	it.each([
		['1.16', /^Dify rejected the request: Suggested Questions Is Disabled\.$/],
		['1.17', /^The Dify app does not suggest questions$/],
	] as const)('says on %s that the app has the feature switched off', async (version, message) => {
		simulator.setVersion(version);
		const messageId = await answered();
		simulator.app().suggestedAfterAnswer.enabled = false;
		const { error } = await suggested(messageId);
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(/turned off|Turn on Follow-Up/);
	});

	it('is empty, or a fault, when the model of the app fails', async () => {
		const messageId = await answered();
		simulator.app().suggestedAfterAnswer.modelError = true;
		expect((await suggested(messageId)).error?.message).toMatch(
			/^Dify failed with an internal error/,
		);
		simulator.setVersion('1.17');
		expect((await suggested(messageId)).json[0]).toMatchObject({ data: [] });
	});

	it('does not know messages of other users', async () => {
		const { error } = await suggested(UNKNOWN);
		expect(error?.message).toBe('Dify does not know this message');
		expect(error?.description).toMatch(/User is the one who sent/);
	});
});
