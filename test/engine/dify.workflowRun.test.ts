import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const key = 'app-workflow-key';

/** A run that some caller has made. */
async function makeRun(query: string): Promise<string> {
	await fetch(`${simulator.baseUrl}/chat-messages`, {
		method: 'POST',
		headers: {
			'Content-Type': 'application/json',
			Authorization: `Bearer ${simulator.apiKey}`,
		},
		body: JSON.stringify({ query, user: 'ann', inputs: { city: 'Oslo' } }),
	});
	const run = [...simulator.state.runs.values()].at(-1);
	if (!run) throw new Error('no run was made');
	simulator.requests.length = 0;
	return run.id;
}

describe('workflowRun.get', () => {
	it('trap: the inputs come out as values, the text that Dify sends stands beside them', async () => {
		const workflowRunId = await makeRun('hello');
		const { json } = await runDify(simulator, 'workflowRun.get', { workflowRunId });
		expect(json[0]).toMatchObject({
			id: workflowRunId,
			status: 'succeeded',
			inputs: { city: 'Oslo', 'sys.query': 'hello' },
			outputs: { answer: expect.any(String) },
			error: null,
			error_message: null,
		});
		expect(JSON.parse(String(json[0]?.inputs_raw))).toEqual(json[0]?.inputs);
		expect(conforming(simulator)).toMatchObject([{ path: `/v1/workflows/run/${workflowRunId}` }]);
	});

	it('trap: the reason of a failed run does not make Retry On Fail ask again', async () => {
		const workflowRunId = await makeRun('hello');
		const run = simulator.state.runs.get(workflowRunId);
		Object.assign(run ?? {}, { status: 'failed', error: 'no such city' });
		const { json } = await runDify(
			simulator,
			'workflowRun.get',
			{ workflowRunId },
			{ retryOnFail: true, maxTries: 3 },
		);
		expect(json).toMatchObject([{ status: 'failed', error: null, error_message: 'no such city' }]);
		expect(conforming(simulator)).toHaveLength(1);
	});

	it('trap: an empty error text counts as none', async () => {
		const workflowRunId = await makeRun('hello');
		Object.assign(simulator.state.runs.get(workflowRunId) ?? {}, { error: '' });
		const { json } = await runDify(simulator, 'workflowRun.get', { workflowRunId });
		expect(json).toMatchObject([{ error: null, error_message: null }]);
	});

	it.each([
		['null', null, undefined],
		['a text that is no JSON', 'so: what', 'so: what'],
		['an object', { a: 1 }, undefined],
	])('takes inputs that are %s as they are', async (_what, inputs, raw) => {
		simulator.faults.add({
			path: '/workflows/run/*',
			action: 'respond',
			status: 200,
			body: { id: 'r', inputs, outputs: {}, error: null },
		});
		const { json } = await runDify(simulator, 'workflowRun.get', { workflowRunId: 'r' });
		expect(json[0]?.inputs).toEqual(inputs);
		expect(json[0]?.inputs_raw).toEqual(raw);
	});

	it('keeps the digits of long numbers in the inputs', async () => {
		simulator.faults.add({
			path: '/workflows/run/*',
			action: 'respond',
			status: 200,
			body: { id: 'r', inputs: '{"order": 12345678901234567890}' },
		});
		const { json } = await runDify(simulator, 'workflowRun.get', { workflowRunId: 'r' });
		expect(json[0]?.inputs).toEqual({ order: '12345678901234567890' });
	});

	it('gives fewer fields on demand', async () => {
		const workflowRunId = await makeRun('hello');
		const { json } = await runDify(simulator, 'workflowRun.get', {
			workflowRunId,
			options: { simplify: true },
		});
		expect(Object.keys(json[0] ?? {}).sort()).toEqual([
			'elapsed_time',
			'error_message',
			'id',
			'inputs',
			'outputs',
			'status',
			'total_tokens',
		]);
	});

	it('tells when there is no such run', async () => {
		const { error } = await runDify(simulator, 'workflowRun.get', {
			workflowRunId: '00000000-0000-4000-8000-000000000000',
		});
		expect(error?.httpCode).toBe('404');
		expect(error?.context.data).toMatchObject({ code: 'not_found' });
	});
});

describe('workflowRun.getLogs', () => {
	it('reads all pages', async () => {
		const ids = Array.from(
			{ length: 130 },
			(_, i) => simulator.seed.log({ createdAt: 1000 * i }).id,
		);
		const { json } = await runDify(
			simulator,
			'workflowRun.getLogs',
			{ returnAll: true },
			{ apiKey: key },
		);
		expect(json.map(({ id }) => id)).toEqual(ids.reverse());
		expect(conforming(simulator).map(({ query }) => query)).toEqual([
			{ limit: '100' },
			{ limit: '100', page: '2' },
		]);
	});

	it('trap: is empty for a Chatflow app, whatever it did', async () => {
		await makeRun('hello');
		expect((await runDify(simulator, 'workflowRun.getLogs')).json).toEqual([]);
	});

	it('filters by what the options say, with times in UTC', async () => {
		await runDify(
			simulator,
			'workflowRun.getLogs',
			{
				limit: 7,
				options: {
					keyword: 'order',
					status: 'failed',
					createdAtAfter: '2025-01-31T09:30:00+01:00',
					createdAtBefore: '2025-02-01T00:00:00.000Z',
					createdByEndUserSessionId: 'ann',
				},
			},
			{ apiKey: key },
		);
		expect(conforming(simulator)[0]?.query).toEqual({
			keyword: 'order',
			status: 'failed',
			created_at__after: '2025-01-31T08:30:00Z',
			created_at__before: '2025-02-01T00:00:00Z',
			created_by_end_user_session_id: 'ann',
			limit: '7',
		});
	});

	it('takes a time without an offset for one of the time zone of the workflow', async () => {
		await runDify(
			simulator,
			'workflowRun.getLogs',
			{ options: { createdAtAfter: '2025-07-01T12:00:00' } },
			{ apiKey: key },
		);
		// The harness runs in n8n's default zone, New York: four hours behind in July.
		expect(conforming(simulator)[0]?.query.created_at__after).toBe('2025-07-01T16:00:00Z');
	});

	it('refuses a time that is none', async () => {
		const { error } = await runDify(simulator, 'workflowRun.getLogs', {
			options: { createdAtBefore: 'yesterday' },
		});
		expect(error?.message).toBe('Created Before is not a date');
	});

	it('trap: the account is an e-mail address; Dify refuses one that it does not know', async () => {
		simulator.seed.log({ byAccount: true });
		simulator.seed.log();
		const get = async (createdByAccount: string) =>
			await runDify(
				simulator,
				'workflowRun.getLogs',
				{ options: { createdByAccount } },
				{ apiKey: key },
			);
		expect((await get('owner@chatflow.example')).json).toHaveLength(1);
		expect((await get('nobody@chatflow.example')).error?.httpCode).toBe('400');
		conforming(simulator);
	});

	it('gives one level of the most needed fields on demand', async () => {
		simulator.seed.log({ status: 'failed', error: 'out of tokens', user: 'ann', createdAt: 5000 });
		const { json } = await runDify(
			simulator,
			'workflowRun.getLogs',
			{ options: { simplify: true } },
			{ apiKey: key },
		);
		expect(json).toMatchObject([
			{ status: 'failed', error_message: 'out of tokens', created_by: 'ann', created_at: 5 },
		]);
		expect(json[0]).not.toHaveProperty('error');
	});
});
