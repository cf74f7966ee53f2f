import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { conforming, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

/** Workflow > Run: one item out of a run of a Workflow app. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const apiKey = 'app-workflow-key';
const RUN = 'POST /v1/workflows/run';

async function run(
	query: string,
	options: INodeParameters = {},
	parameters: INodeParameters = {},
	more: DifyRun = {},
) {
	const inputs = JSON.stringify({ query });
	return await runDify(
		simulator,
		'workflow.run',
		{ user: 'ann', inputs, options, ...parameters },
		{ apiKey, ...more },
	);
}

const sent = () => simulator.counters().byPath[RUN] ?? 0;
const paths = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);
const hintsOf = ({ hints }: { hints: Array<{ message: string }> }) =>
	hints.map(({ message }) => message).join('\n');

describe.each(DIFY_VERSIONS)('Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('gives one item with the outputs, streamed and blocking alike', async () => {
		const { json, error } = await run('Hello there');
		expect(error).toBeUndefined();
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({
			task_id: expect.any(String) as string,
			workflow_run_id: expect.any(String) as string,
			status: 'succeeded',
			outputs: { text: 'Echo: Hello there' },
			text: 'Echo: Hello there',
			files: [],
			total_steps: 3,
			created_at: expect.any(Number) as number,
			finished_at: expect.any(Number) as number,
		});
		expect(json[0]?.nodes).toMatchObject([
			{ node_id: 'start' },
			{ node_id: 'llm' },
			{ node_id: 'end' },
		]);
		const blocking = await run('Hello there', { responseMode: 'blocking' });
		expect(Object.keys(blocking.json[0] ?? {})).toEqual(Object.keys(json[0] ?? {}));
		expect(blocking.json[0]).toMatchObject({
			status: 'succeeded',
			outputs: { text: 'Echo: Hello there' },
		});
		conforming(simulator);
	});

	it.each(['streaming', 'blocking'])('%s: a failed run is an error', async (responseMode) => {
		const { error } = await run('Hello #fail-node', { responseMode });
		expect(error?.message).toBe('The Dify workflow failed: The model is overloaded');
		expect(error?.context.data).toMatchObject({
			workflow_run_id: expect.any(String) as string,
			run_status: 'failed',
			outputs: {},
		});
		expect(sent()).toBe(1);
	});

	it.each(['streaming', 'blocking'])('%s: partial success is told', async (responseMode) => {
		const result = await run('Hello #partial', { responseMode });
		expect(result.json[0]).toMatchObject({ status: 'partial-succeeded' });
		expect(hintsOf(result)).toMatch(/Some nodes failed/);
		const failing = await run('Hello #partial', { responseMode, failOnPartialSuccess: true });
		expect(failing.error?.message).toMatch(/^The workflow succeeded only in part/);
		expect(failing.error?.context.data).toMatchObject({
			code: 'partial_success',
			outputs: { text: 'Echo: Hello' },
		});
	});

	it('is told by an error event, which is the end', async () => {
		const begin = Date.now();
		const { error } = await run('Hello #error mid');
		expect(error?.message).toMatch(/The upstream model broke off/);
		expect(Date.now() - begin).toBeLessThan(5_000);
	});

	it('names a wrong input at once, without a run', async () => {
		const { error } = await run('', {}, { inputs: '{"tone": "loud"}' });
		expect(error?.message).toBe(
			'The input "Tone" (tone) must be one of these texts: "friendly", "formal", "brief"',
		);
		expect(sent()).toBe(0);
	});

	it('refuses the key of another kind of app', async () => {
		const { error } = await run('Hello', {}, {}, { apiKey: 'app-demo-key' });
		expect(error?.message).toMatch(/a Chatflow app. Workflows are run by Workflow apps only$/);
	});
});

describe('the request', () => {
	it('holds the inputs, the user and files, to the version that was chosen', async () => {
		const version = '2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e';
		simulator.app(apiKey).workflowVersions.push(version);
		const files = { file: [{ source: 'url', url: 'https://example.com/a.png' }] };
		const { error } = await run('Hello', { workflowId: ` ${version} ` }, { files });
		expect(error).toBeUndefined();
		const request = conforming(simulator).find(({ method }) => method === 'POST');
		expect(request?.path).toBe(`/v1/workflows/${version}/run`);
		expect(request?.body).toEqual({
			inputs: { query: 'Hello' },
			user: 'ann',
			response_mode: 'streaming',
			files: [{ type: 'image', transfer_method: 'remote_url', url: 'https://example.com/a.png' }],
		});
	});

	it.each(['abc', '11111111-1111-4111-8111-111111111111'])(
		'says that the version %s is not known',
		async (workflowId) => {
			const { error } = await run('Hello', { workflowId });
			expect(error?.message).toMatch(/^Dify does not know this version of the app/);
			expect(error?.description).toMatch(/Workflow ID/);
		},
	);

	it('says that the app is not published', async () => {
		simulator.app(apiKey).published = false;
		const { error } = await run('Hello');
		expect(error?.message).toBe('The Dify app is not published');
	});

	it('uploads the files of an input form', async () => {
		const data = await storeBinary(Buffer.from('x'), { fileName: 'a.txt', mimeType: 'text/plain' });
		const value = { query: 'Hello', document: 'data', attachments: 'data, https://x.org/b.pdf' };
		const inputsForm = { mappingMode: 'defineBelow', value } as unknown as INodeParameters;
		const { error } = await run(
			'',
			{},
			{ inputsMode: 'form', inputsForm },
			{ items: [{ json: {}, binary: { data } }] },
		);
		expect(error).toBeUndefined();
		const body = simulator.requests.find(({ path }) => path === '/v1/workflows/run')
			?.body as IDataObject;
		expect(body.inputs).toMatchObject({
			document: { type: 'document', transfer_method: 'local_file' },
			attachments: [{ transfer_method: 'local_file' }, { transfer_method: 'remote_url' }],
		});
	});

	it('is told at once why Dify 1.14 stays silent about a file', async () => {
		simulator.setVersion('1.14');
		const inputs = {
			document: {
				type: 'document',
				transfer_method: 'local_file',
				upload_file_id: '11111111-1111-4111-8111-111111111111',
			},
		};
		const { error } = await run('', {}, { inputs: JSON.stringify(inputs) });
		expect(error?.message).toBe('Dify does not know the uploaded file');
		expect(simulator.state.runs.size).toBe(0);
	});
});

describe('what comes out', () => {
	it('is an item for every node, or for every event', async () => {
		const nodes = await run('Hello #iteration 2', {}, { outputMode: 'perNode' });
		expect(nodes.json.map(({ node_id }) => node_id)).toEqual(
			expect.arrayContaining(['start', 'iteration', 'llm', 'end']),
		);
		expect(nodes.json.find(({ node_id }) => node_id === 'llm')).toMatchObject({
			answer: 'Echo: Hello',
			outputs: { text: 'Echo: Hello' },
			workflow_run_id: expect.any(String) as string,
		});
		const events = await run('Hello', {}, { outputMode: 'events' });
		expect(events.json.at(0)).toMatchObject({ event: 'workflow_started' });
		expect(events.json.at(-1)).toMatchObject({ event: 'workflow_finished' });
	});

	it('is just the outputs, if that is wanted, but for a run that did not end by itself', async () => {
		const { json } = await run('Hello', { outputsOnly: true });
		expect(json).toEqual([{ text: 'Echo: Hello' }]);
		const stopped = await run('Hello you #stop-me 1', { outputsOnly: true });
		expect(stopped.json).toMatchObject([{ status: 'stopped', outputs: {} }]);
	});

	it('holds what was said before a stop, and a hint', async () => {
		const result = await run('Hello you #stop-me 2');
		expect(result.json[0]).toMatchObject({ status: 'stopped', outputs: {}, text: 'Echo: Hello ' });
		expect(hintsOf(result)).toMatch(/stopped before its end: Stopped by user/);
	});

	it.each(['streaming', 'blocking'])('has the files, downloaded: %s', async (responseMode) => {
		simulator.setVersion('1.14');
		const { items } = await run('Hello #files 2', { responseMode, downloadFiles: true });
		expect(items[0]?.json.files).toHaveLength(2);
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['file_0', 'file_1']);
	});

	it('has the spoken answer of an app that plays it', async () => {
		simulator.setVersion('1.12');
		const { items } = await run('Hello #tts', { keepAudio: true });
		expect(items[0]?.binary?.audio).toMatchObject({ mimeType: 'audio/mpeg' });
	});

	it('keeps all digits of long integers', async () => {
		const { json } = await run('Hello #long-ids', {}, { outputMode: 'perNode' });
		expect(JSON.stringify(json)).toMatch(/"\d{17,}"/);
	});

	it('keeps the order of the items, several at once', async () => {
		const items = Array.from({ length: 12 }, (_, index) => ({ json: { index } }));
		const inputs = '={{ { query: `row ${$json.index} #slow ${(12 - $json.index) * 5}` } }}';
		const { json } = await run('', { concurrency: 6 }, { inputs }, { items });
		expect(json.map(({ outputs }) => (outputs as IDataObject).text)).toEqual(
			items.map((_, index) => `Echo: row ${index}`),
		);
	});

	it('comes for many items about as fast as from the server itself', async () => {
		const [count, atOnce] = [200, 10];
		const query = (index: number) => `row ${index} #first 300`;
		const items = Array.from({ length: count }, (_, index) => ({ json: { index } }));
		const inputs = "={{ { query: 'row ' + $json.index + ' #first 300' } }}";
		const begin = Date.now();
		const { json } = await run('', { concurrency: atOnce }, { inputs }, { items });
		const nodeMs = Date.now() - begin;
		expect(json).toHaveLength(count);
		let next = 0;
		const worker = async () => {
			while (next < count) {
				const body = { inputs: { query: query(next++) }, user: 'ann', response_mode: 'streaming' };
				const response = await fetch(`${simulator.baseUrl}/workflows/run`, {
					method: 'POST',
					headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
					body: JSON.stringify(body),
				});
				await response.text();
			}
		};
		await Promise.all(Array.from({ length: atOnce }, worker));
		const serverMs = Date.now() - begin - nodeMs;
		// 1.05 against a real server. The bound is far: the simulator works in this very process.
		expect(nodeMs / serverMs).toBeLessThan(4);
	}, 120_000);

	it('may be tens of megabytes large', async () => {
		const large = 'x'.repeat(1024 * 1024);
		simulator.addScenario('large', async (session) => {
			session.startWorkflow();
			await session.node({ nodeId: 'start', type: 'start', title: 'Start' });
			session.outputFiles = Array.from({ length: 30 }, () => ({ part: large }));
		});
		const { json, error } = await run('#scenario large');
		expect(error).toBeUndefined();
		expect((json[0]?.outputs as IDataObject).files).toHaveLength(30);
		const blocking = await run('#scenario large', { responseMode: 'blocking' });
		expect((blocking.json[0]?.outputs as IDataObject).files).toHaveLength(30);
	});
});

describe('live text', () => {
	it.each([
		['streamed', 'streaming'],
		['of a response that was not streamed', 'blocking'],
	])('%s ends as the text of the run', async (_name, responseMode) => {
		const { chunks } = await run(
			'one two three #slow 20',
			{ responseMode },
			{},
			{ streaming: true },
		);
		const pieces = chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : []));
		expect(pieces.join('')).toBe('Echo: one two three');
		expect(pieces.length > 1).toBe(responseMode === 'streaming');
		expect(chunks.at(-1)?.type).toBe('end');
	});
});

describe('cancelling the execution', () => {
	it('stops the run, by its task and for the same user', async () => {
		const running = async () => {
			while (![...simulator.state.runs.values()].some(({ status }) => status === 'running')) {
				await new Promise((done) => setTimeout(done, 10));
			}
			await new Promise((done) => setTimeout(done, 200));
		};
		await run(`${'word '.repeat(100)} #slow 50`, {}, {}, { cancel: running() });
		const [record] = [...simulator.state.runs.values()];
		await new Promise((done) => setTimeout(done, 300));
		expect(record?.status).toBe('stopped');
		const stop = simulator.requests.find(({ path }) => path.endsWith('/stop'));
		expect(stop).toMatchObject({
			path: `/v1/workflows/tasks/${record?.taskId}/stop`,
			body: { user: 'ann' },
		});
	});
});

describe('a run that asks a human', () => {
	beforeEach(() => simulator.setVersion('1.14'));

	it.each(['streaming', 'blocking'])('gives the form, and goes on: %s', async (responseMode) => {
		const paused = await run('Hello #pause', { responseMode });
		expect(paused.json[0]).toMatchObject({
			status: 'paused',
			outputs: {},
			user: 'ann',
			finished_at: null,
			human_input: [{ node_id: 'human-input', form_token: expect.any(String) as string }],
		});
		const item = paused.json[0] ?? {};
		const [form] = item.human_input as Array<{ form_token: string }>;
		const submit = { formToken: form?.form_token ?? '', user: 'ann', action: 'approve' };
		await runDify(
			simulator,
			'humanInput.submitForm',
			{ ...submit, inputs: '{"comment":"Fine"}' },
			{ apiKey },
		);
		const resumed = await runDify(
			simulator,
			'humanInput.resume',
			{ workflowRunId: String(item.workflow_run_id), user: 'ann' },
			{ apiKey },
		);
		expect(resumed.error).toBeUndefined();
		expect(resumed.json[0]).toMatchObject({
			workflow_run_id: item.workflow_run_id,
			status: 'succeeded',
			outputs: { text: 'Decision: approve.' },
		});
		expect(resumed.json[0]).not.toHaveProperty('conversation_id');
		expect(sent()).toBe(1);
	});
});

describe('the tool of an AI agent', () => {
	it('gives a model what it needs, and nothing else', async () => {
		const { json } = await run('Hello', {}, {}, { asTool: true });
		expect(json).toEqual([
			{ status: 'succeeded', outputs: { text: 'Echo: Hello' }, text: 'Echo: Hello' },
		]);
		expect(paths()).toContain(RUN);
		const only = await run('Hello', { outputsOnly: true }, {}, { asTool: true });
		expect(only.json).toEqual([{ text: 'Echo: Hello' }]);
	});
});
