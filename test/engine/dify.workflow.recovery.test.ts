import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import { runDify } from '../support/dify/run';

/** A run of a Workflow app whose response is lost is found and followed, and never begun again. */

const apiKey = 'app-workflow-key';
let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => {
	simulator.reset();
	// A user who is known already: see SERVER.md, "End users".
	simulator.state.endUser(simulator.app(apiKey), 'ann');
});
afterAll(async () => await simulator.close());

const SLOW = 'one two three four five six #slow 60';
const TEXT = 'Echo: one two three four five six';

async function run(query: string, options: INodeParameters = {}, more: INodeParameters = {}) {
	const begin = Date.now();
	const inputs = JSON.stringify({ query });
	const result = await runDify(
		simulator,
		'workflow.run',
		{ user: 'ann', inputs, options, ...more },
		{ apiKey, streaming: true },
	);
	return { ...result, took: Date.now() - begin };
}

const sent = () =>
	simulator.requests.filter(({ method, path }) => `${method} ${path}` === 'POST /v1/workflows/run');
const paths = () => simulator.requests.map(({ path }) => path);
const shown = (chunks: Array<{ type: string; content?: unknown }>) =>
	chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : [])).join('');
const hintsOf = ({ hints }: { hints: Array<{ message: string }> }) =>
	hints.map(({ message }) => message).join('\n');

describe.each<DifyVersion>(['1.13.0', '1.13.1', '1.14', '1.15', '1.16', '1.17'])(
	'Dify %s, a connection that breaks amid the run',
	(version) => {
		beforeEach(() => simulator.setVersion(version));

		it('gives the whole result, and the text once', async () => {
			const result = await run(`${SLOW} #cut-events 6`);
			expect(result.error).toBeUndefined();
			expect(result.json).toMatchObject([
				{ status: 'succeeded', outputs: { text: TEXT }, text: TEXT, recovered: true },
			]);
			expect(hintsOf(result)).toMatch(/workflow was not run again/);
			expect(shown(result.chunks)).toBe(TEXT);
			expect(sent()).toHaveLength(1);
			const followed = paths().some((path) => /^\/v1\/workflow\/[^/]+\/events$/.test(path));
			expect(followed).toBe(true);
			expect(paths()).not.toContain('/v1/messages');
		});

		it('is told failed, or stopped', async () => {
			const failed = await run(`${SLOW} #fail-node #cut-events 6`);
			expect(failed.error?.message).toBe('The Dify workflow failed: The model is overloaded');
			const stopped = await run(`${SLOW} #stop-me 4 #cut-events 6`);
			expect(stopped.json[0]).toMatchObject({ status: 'stopped', recovered: true });
			expect(sent()).toHaveLength(2);
		});

		it('gives an item for every node, and the outputs of the run', async () => {
			const { json } = await run(`${SLOW} #cut-events 6`, {}, { outputMode: 'perNode' });
			expect(json.at(-1)).toMatchObject({ title: 'Workflow', outputs: { text: TEXT } });
			expect(json.map(({ node_id }) => node_id)).toContain('start');
		});
	},
);

it('a pause is found with its form', async () => {
	simulator.setVersion('1.14');
	const { json } = await run('hi #pause #work 300 #cut-events 4');
	expect(json[0]).toMatchObject({ status: 'paused', recovered: true, user: 'ann' });
	expect(json[0]?.human_input).toMatchObject([{ node_id: 'human-input' }]);
});

describe('a response that is lost before it names the run', () => {
	const reset = () =>
		simulator.faults.add({ path: '/workflows/run', action: 'reset', when: 'after-accept' });

	it.each([
		['streaming', '1.14'],
		['blocking', '1.14'],
		['streaming', '1.13.1'],
	] as const)('is found in the log: %s, Dify %s', async (responseMode, version) => {
		simulator.setVersion(version);
		reset();
		const { json, error } = await run(SLOW, { responseMode });
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			status: 'succeeded',
			outputs: { text: TEXT },
			recovered: true,
		});
		expect(sent()).toHaveLength(1);
		const log = simulator.requests.find(({ path }) => path === '/v1/workflows/logs');
		expect(log?.query).toMatchObject({ created_by_end_user_session_id: 'ann' });
	});

	it('is found paused, with its form', async () => {
		simulator.setVersion('1.14');
		simulator.settings.edgeTimeoutMs = 300;
		const { json } = await run('hi #work 800 #pause', { responseMode: 'blocking' });
		expect(json[0]).toMatchObject({ status: 'paused', recovered: true });
		expect(json[0]?.human_input).toMatchObject([{ node_id: 'human-input' }]);
	});

	it('is found behind a proxy that lost its patience', async () => {
		simulator.setVersion('1.14');
		simulator.settings.edgeTimeoutMs = 300;
		const { json } = await run(`${SLOW} #work 800`, { responseMode: 'blocking' });
		expect(json[0]).toMatchObject({ outputs: { text: TEXT }, recovered: true });
		expect(sent()).toHaveLength(1);
	});

	it('is not taken for that of another item, although both sent the same', async () => {
		simulator.setVersion('1.14');
		const fault = { action: 'reset', when: 'before-read', skip: 1 } as const;
		simulator.faults.add({ path: '/workflows/run', ...fault });
		const { error } = await runDify(
			simulator,
			'workflow.run',
			{ user: 'ann', inputs: '{"query":"same"}' },
			{ apiKey, items: [{ json: {} }, { json: {} }] },
		);
		expect(error?.message).toBe('The Dify server closed the connection before it answered');
		expect(error?.description).toMatch(/Workflow Run > Get Logs before you run it again/);
		expect(error?.context.itemIndex).toBe(1);
		expect(sent()).toHaveLength(2);
	}, 60_000);

	it('is left alone if two runs may be it', async () => {
		simulator.setVersion('1.14');
		const twin = fetch(`${simulator.baseUrl}/workflows/run`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
			body: JSON.stringify({ inputs: { query: SLOW }, user: 'ann', response_mode: 'blocking' }),
		});
		while (simulator.state.runs.size === 0) await new Promise((done) => setTimeout(done, 10));
		reset();
		const { error } = await run(SLOW);
		await twin;
		expect(error?.description).toMatch(/Workflow Run > Get Logs before you run it again/);
		expect(sent()).toHaveLength(2);
	});
});

describe('a run that is lost for good', () => {
	it('says where to look, with its id', async () => {
		simulator.setVersion('1.12');
		simulator.settings.disconnectLeaves = 'running';
		const { error } = await run(`${SLOW} #cut-events 6`, { timeout: 1, maxWait: 5 });
		expect(error?.message).toMatch(/^The result of the workflow broke off/);
		expect(error?.description).toMatch(/Workflow Run > Get instead of running the workflow again/);
		expect(error?.context.data).toMatchObject({
			workflow_run_id: expect.any(String) as string,
			text: expect.stringMatching(/^Echo/) as string,
		});
		expect(sent()).toHaveLength(1);
	});
});

describe('Workflow Run > Get', () => {
	const get = async (workflowRunId: string, options: INodeParameters = {}, cancel?: number) =>
		await runDify(
			simulator,
			'workflowRun.get',
			{ workflowRunId, waitForResult: true, options },
			{ apiKey, cancel },
		);

	async function startRun(query: string): Promise<string> {
		void fetch(`${simulator.baseUrl}/workflows/run`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
			body: JSON.stringify({ inputs: { query }, user: 'ann', response_mode: 'blocking' }),
		}).catch(() => undefined);
		while (simulator.state.runs.size === 0) await new Promise((done) => setTimeout(done, 20));
		return [...simulator.state.runs.keys()][0] ?? '';
	}

	it('waits for the result', async () => {
		const { json } = await get(await startRun('one two three #slow 400'));
		expect(json[0]).toMatchObject({
			status: 'succeeded',
			outputs: { text: 'Echo: one two three' },
		});
	});

	it('does not wait for a human', async () => {
		simulator.setVersion('1.14');
		const { json } = await get(await startRun('hi #pause'));
		expect(json[0]).toMatchObject({ status: 'paused' });
	});

	it('asks again when the server was away for a moment', async () => {
		simulator.faults.add({ path: '/workflows/run/*', action: 'respond', preset: '503', times: 3 });
		const { json } = await get(await startRun('one two #slow 100'));
		expect(json[0]).toMatchObject({ status: 'succeeded' });
	});

	it('gives up after Max Wait Time, and ends when the execution is cancelled', async () => {
		const id = await startRun(`${'word '.repeat(100)} #slow 200`);
		const { error } = await get(id, { maxWait: 2 });
		expect(error?.message).toBe('The run had not ended after 2 seconds');
		expect(error?.context.data).toMatchObject({ workflow_run_id: id, run_status: 'running' });
		const begin = Date.now();
		await get(id, {}, 300);
		expect(Date.now() - begin).toBeLessThan(1_500);
	});
});
