import type { INodeParameters } from 'n8n-workflow';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';
import type { DifyRun } from '../support/dify/run';
import { storeBinary } from '../support/engine';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const apiKey = 'app-completion-key';
const BLOCKING = { responseMode: 'blocking' };

async function generate(query: string, options: INodeParameters = {}, run: DifyRun = {}) {
	return await runDify(
		simulator,
		'completion.generate',
		{ inputs: JSON.stringify({ query }), user: 'ann', options },
		{ apiKey, streaming: true, ...run },
	);
}

type Chunk = { type: string; content?: unknown };
const shown = (chunks: Chunk[]) =>
	chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : [])).join('');
const sent = () => simulator.requests.filter(({ path }) => path === '/v1/completion-messages');
const delay = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));
const textInput = (variable: string) => ({
	'text-input': { label: 'Topic', variable, required: true, default: '', max_length: 20 },
});

describe.each(DIFY_VERSIONS)('completion.generate, Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('gives one item of a text, in either mode, and shows it live', async () => {
		const streamed = await generate('hi there');
		expect(streamed.json).toEqual([
			{
				event: 'message',
				task_id: expect.any(String),
				id: expect.any(String),
				message_id: expect.any(String),
				mode: 'completion',
				answer: 'Echo: hi there',
				metadata: expect.objectContaining({ usage: expect.anything() }),
				created_at: expect.any(Number),
				status: 'succeeded',
				files: [],
			},
		]);
		expect(shown(streamed.chunks)).toBe('Echo: hi there');
		const blocked = await generate('hi there', BLOCKING);
		expect(Object.keys(blocked.json[0] ?? {})).toEqual(Object.keys(streamed.json[0] ?? {}));
		expect(blocked.json[0]).toMatchObject({ mode: 'completion', answer: 'Echo: hi there' });
		expect(shown(blocked.chunks)).toBe('Echo: hi there');
		expect(conforming(simulator).filter(({ method }) => method === 'POST')).toMatchObject([
			{ body: { inputs: { query: 'hi there' }, user: 'ann', response_mode: 'streaming' } },
			{ body: { inputs: { query: 'hi there' }, user: 'ann', response_mode: 'blocking' } },
		]);
	});

	it('tells what moderation and annotations make of it', async () => {
		const [moderated] = (await generate('#moderation one two')).json;
		expect(moderated?.answer).toBe('[moderated] one two [checked]');
		expect((await generate('#annotation')).json[0]).toMatchObject({ status: 'succeeded' });
		expect((await generate('#moderation input')).json[0]?.answer).toBe('Blocked input.');
	});

	it.each([{}, BLOCKING])('tells a failure, %j', async (options) => {
		const { error } = await generate('#error', options);
		expect(error?.message).toBe('The model of the Dify app has no valid credentials');
		expect(error?.context.data).toMatchObject({ code: 'provider_not_initialize' });
	});

	it('keeps the text so far when the stream is lost, and sends nothing again', async () => {
		const { error, chunks } = await generate('#slow 40 one two three four #cut-events 2');
		expect(error?.message).toBe('The answer broke off before it was complete');
		expect(error?.description).toMatch(/the text of a Completion app cannot be fetched/);
		expect(error?.context.data).toMatchObject({
			code: 'stream_interrupted',
			answer: 'Echo: one ',
			message_id: expect.any(String),
		});
		expect(error?.context.data).not.toHaveProperty('workflow_run_id');
		expect(chunks.at(-1)).toMatchObject({ type: 'error' });
		expect(simulator.requests.map(({ path }) => path)).toEqual([
			...['/v1/parameters', '/v1/completion-messages'],
		]);
	});
});

it('speaks the text, and splits off what the model thought', async () => {
	const spoken = await generate('#tts hello there', { keepAudio: true });
	expect(spoken.items[0]?.binary?.audio).toMatchObject({ mimeType: 'audio/mpeg' });
	const answer = (await generate('<think>Hm.</think>Yes', { separateReasoning: true })).json[0];
	expect(answer).toMatchObject({ answer: 'Echo: Yes', reasoning: 'Hm.' });
});

it('takes the text of old apps as an option, and files', async () => {
	const data = await storeBinary(Buffer.from('x'), { fileName: 'a.png', mimeType: 'image/png' });
	const files = { file: [{ source: 'binary', binaryPropertyName: 'data', type: 'auto' }] };
	const { json } = await runDify(
		simulator,
		'completion.generate',
		{ user: 'ann', files, options: { query: '#attached' } },
		{ apiKey, items: [{ json: {}, binary: { data } }] },
	);
	expect(json[0]?.answer).toBe('Files: a.png (image, 1 bytes)');
	expect(sent()[0]?.body).toMatchObject({
		inputs: {},
		query: '#attached',
		files: [{ type: 'image', transfer_method: 'local_file' }],
	});
	conforming(simulator);
});

it('takes inputs from the form of the app', async () => {
	simulator.app(apiKey).userInputForm = [textInput('topic')];
	const inputsForm = { mappingMode: 'defineBelow', value: { topic: '#inputs' } };
	const { json } = await runDify(
		simulator,
		'completion.generate',
		{ user: 'ann', inputsMode: 'form', inputsForm },
		{ apiKey },
	);
	expect(json[0]).toMatchObject({ mode: 'completion' });
	expect(sent()[0]?.body).toMatchObject({ inputs: { topic: '#inputs' } });
});

it.each([
	['is missing', {}],
	['must be a text, not a value of type number', { topic: 5 }],
	['has 21 characters; at most 20 are allowed', { topic: 'x'.repeat(21) }],
])('names an input that %s before anything is sent', async (what, inputs) => {
	simulator.app(apiKey).userInputForm = [textInput('topic')];
	const { error } = await runDify(
		simulator,
		'completion.generate',
		{ user: 'ann', inputs: JSON.stringify(inputs) },
		{ apiKey },
	);
	expect(error?.message).toBe(`The input "Topic" (topic) ${what}`);
	expect(sent()).toHaveLength(0);
});

it('needs a user', async () => {
	const { error } = await runDify(
		simulator,
		'completion.generate',
		{ user: '={{ "" }}' },
		{ apiKey },
	);
	expect(error?.message).toBe('User is empty');
});

it('stops the generation on cancel, for the same user', async () => {
	const talking = async () => {
		while (simulator.state.messages.size === 0) await delay(10);
		await delay(150);
	};
	await generate('#slow 50 #words 200', {}, { cancel: talking() });
	const stop = () => simulator.requests.find(({ path }) => path.endsWith('/stop'));
	while (!stop()) await delay(10);
	const taskId = [...simulator.state.messages.values()][0]?.taskId;
	expect(stop()).toMatchObject({
		path: `/v1/completion-messages/${taskId}/stop`,
		body: { user: 'ann' },
		status: 200,
	});
});

it('gives the order of the items with Concurrency', async () => {
	const items = Array.from({ length: 12 }, (_, i) => ({ json: { i } }));
	const inputs = '={{ { query: "#slow " + (($json.i % 3) * 20) + " number " + $json.i } }}';
	const { json } = await runDify(
		simulator,
		'completion.generate',
		{ user: 'new', inputs, options: { concurrency: 4 } },
		{ apiKey, items },
	);
	expect(json.map(({ answer }) => answer)).toEqual(items.map((_, i) => `Echo: number ${i}`));
});

describe('completion.stop', () => {
	const stop = async (taskId: string, user: string) =>
		await runDify(simulator, 'completion.stop', { taskId, user }, { apiKey });

	it('ends the text for the user who asked for it, and does nothing for others', async () => {
		const running = generate('#slow 50 #words 60');
		while (simulator.state.messages.size === 0) await delay(10);
		await delay(200);
		const taskId = [...simulator.state.messages.values()][0]?.taskId ?? '';
		expect((await stop(taskId, 'bob')).json).toEqual([{ result: 'success', task_id: taskId }]);
		expect((await stop(` ${taskId} `, 'ann')).json).toEqual([
			{ result: 'success', task_id: taskId },
		]);
		const [item] = (await running).json;
		expect(item?.answer).toMatch(/^word1 /);
		expect(item?.answer).not.toMatch(/word60/);
		conforming(simulator);
	});

	it('needs a task', async () => {
		expect((await stop('={{ "" }}', 'ann')).error?.message).toBe('Task ID is empty');
	});
});

describe('a key of another kind', () => {
	const ONLY_CHAT = 'Chatflow, Agent and Chat apps only';
	const ID = '11111111-1111-4111-8111-111111111111';

	it.each<[string, `${string}.${string}`, INodeParameters, string, string]>([
		[
			apiKey,
			'chat.send',
			{ query: 'hi' },
			`This key belongs to "Demo Completion", a Completion app. Messages can be sent to ${ONLY_CHAT}`,
			'Use Completion > Generate for this app, or choose a credential with the key of a Chatflow, Agent or Chat app',
		],
		[
			apiKey,
			'conversation.getAll',
			{},
			`This key belongs to "Demo Completion", a Completion app. Conversations exist in ${ONLY_CHAT}`,
			'Choose a credential with the key of a Chatflow, Agent or Chat app',
		],
		[
			apiKey,
			'chat.getSuggested',
			{ messageId: ID },
			`This key belongs to "Demo Completion", a Completion app. Suggested questions exist in ${ONLY_CHAT}`,
			'Choose a credential with the key of a Chatflow, Agent or Chat app',
		],
		[
			'app-agent-key',
			'completion.generate',
			{},
			'This key belongs to "Demo Agent", an Agent app. Texts are generated by Completion apps only',
			'Use Chat > Send for this app, or choose a credential with the key of a Completion app',
		],
		[
			'app-workflow-key',
			'completion.stop',
			{ taskId: ID },
			'This key belongs to "Demo Workflow", a Workflow app. Texts are generated by Completion apps only',
			'Use Workflow > Run for this app, or choose a credential with the key of a Completion app',
		],
		[
			'app-new-agent-key',
			'workflow.stop',
			{ taskId: ID },
			'This key belongs to "Demo New Agent", a New Agent app. Workflows are run by Workflow apps only',
			'Use Chat > Send for this app, or choose a credential with the key of a Workflow app',
		],
		[
			'app-chat-key',
			'workflowRun.get',
			{ workflowRunId: ID },
			'This key belongs to "Demo Chatbot", a Chat app. Workflow runs exist in Chatflow and Workflow apps only',
			'Choose a credential with the key of a Chatflow or Workflow app',
		],
	])('%s is named by %s', async (key, operation, parameters, message, description) => {
		const { error } = await runDify(
			simulator,
			operation,
			{ user: 'ann', ...parameters },
			{ apiKey: key },
		);
		expect(error).toMatchObject({ message, description });
		expect(error?.context.data).toMatchObject({ status: 400 });
	});

	it('is told as Dify does where its kind cannot be read', async () => {
		simulator.faults.add({ path: '/info', action: 'respond', status: 500, times: 0 });
		const { error } = await runDify(simulator, 'conversation.getAll', { user: 'a' }, { apiKey });
		expect(error?.message).toBe('The API key belongs to an app of another kind');
	});

	it('comes before what the form of that app asks for', async () => {
		simulator.app('app-chat-key').userInputForm = [textInput('topic')];
		const { error } = await generate('hi', {}, { apiKey: 'app-chat-key' });
		expect(error?.message).toMatch(/^This key belongs to "Demo Chatbot", a Chat app\./);
		expect(sent()).toHaveLength(0);
	});

	it('is not blamed where the app is not set up', async () => {
		simulator.app(apiKey).published = false;
		expect((await generate('hi')).error?.message).toBe('The Dify app is not available');
	});

	it('is asked for once for all items that fail', async () => {
		const items = Array.from({ length: 5 }, () => ({ json: {} }));
		const { json } = await runDify(
			simulator,
			'conversation.getAll',
			{ user: 'a' },
			{ apiKey, items, onError: 'continueRegularOutput' },
		);
		expect(json).toHaveLength(5);
		expect(json[4]?.error).toMatch(/^This key belongs to "Demo Completion"/);
		expect(simulator.requests.filter(({ path }) => path === '/v1/info')).toHaveLength(1);
	});

	it.each(['app-agent-key', 'app-chat-key', apiKey])(
		'%s rates answers, speaks and keeps annotations',
		async (key) => {
			const message = key === apiKey ? 'completion.generate' : 'chat.send';
			const run = async (operation: `${string}.${string}`, parameters: INodeParameters) => {
				const { json, error } = await runDify(simulator, operation, parameters, { apiKey: key });
				expect(error).toBeUndefined();
				return json[0] ?? {};
			};
			const answer = await run(message, { query: 'hi', user: 'ann', inputs: '{"query":"hi"}' });
			const messageId = String(answer.message_id);
			await run('feedback.submit', { messageId, user: 'ann', rating: 'like' });
			expect(await run('feedback.getAll', {})).toMatchObject({ message_id: messageId });
			await run('audio.textToSpeech', { text: 'Hello', options: { messageId, user: 'ann' } });
			await run('annotation.create', { question: 'q', answer: 'a' });
			expect(await run('app.getInfo', {})).toHaveProperty('mode');
		},
	);
});
