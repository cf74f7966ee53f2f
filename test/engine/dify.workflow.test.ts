import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const apiKey = 'app-workflow-key';

/** Starts a long run of the Workflow app, as another client would, and gives its task. */
async function startRun(): Promise<{ taskId: string; ended: Promise<Response> }> {
	const ended = fetch(`${simulator.baseUrl}/workflows/run`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
		body: JSON.stringify({
			inputs: { query: `${'word '.repeat(50)} #slow 50` },
			response_mode: 'blocking',
			user: 'ann',
		}),
	});
	while (simulator.state.runs.size === 0) await new Promise((done) => setTimeout(done, 20));
	return { taskId: [...simulator.state.runs.values()][0]?.taskId ?? '', ended };
}

describe('workflow.stop', () => {
	it('stops the run of a task, for any user', async () => {
		const { taskId, ended } = await startRun();
		const parameters = { taskId: ` ${taskId} `, user: 'bob' };
		const { json } = await runDify(simulator, 'workflow.stop', parameters, { apiKey });
		expect(json).toEqual([{ result: 'success', task_id: taskId }]);
		expect(await (await ended).json()).toMatchObject({ data: { status: 'stopped' } });
		const request = simulator.requests.find(({ path }) => path.endsWith('/stop'));
		expect(request).toMatchObject({ method: 'POST', body: { user: 'bob' } });
	});

	it('is a success for a task that nobody knows', async () => {
		const parameters = { taskId: 'gone/1', user: 'ann' };
		const { json } = await runDify(simulator, 'workflow.stop', parameters, { apiKey });
		expect(json).toEqual([{ result: 'success', task_id: 'gone/1' }]);
		expect(simulator.requests[0]?.path).toBe('/v1/workflows/tasks/gone%2F1/stop');
	});

	it('needs a task, a user, and the key of a Workflow app', async () => {
		const noTask = await runDify(simulator, 'workflow.stop', { taskId: '={{ "" }}', user: 'ann' });
		expect(noTask.error?.message).toBe('Task ID is empty');
		const noUser = await runDify(simulator, 'workflow.stop', { taskId: 't', user: '={{ "" }}' });
		expect(noUser.error?.message).toBe('User is empty');
		expect(simulator.requests).toEqual([]);
		const other = await runDify(simulator, 'workflow.stop', { taskId: 't', user: 'ann' });
		expect(other.error?.message).toMatch(
			/a Chatflow app. Workflows are run by Workflow apps only$/,
		);
	});
});
