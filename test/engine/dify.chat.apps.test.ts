import type { INodeParameters } from 'n8n-workflow';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';
import type { DifyRun } from '../support/dify/run';
import { storeBinary } from '../support/engine';

/** Chat > Send with the key of an Agent, New Agent or Chat app: no workflow, no run. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const AGENT = 'app-agent-key';
const NEW_AGENT = 'app-new-agent-key';
const CHAT = 'app-chat-key';

async function ask(
	apiKey: string,
	query: string,
	{ options = {}, ...parameters }: INodeParameters = {},
	run: DifyRun = {},
) {
	return await runDify(
		simulator,
		'chat.send',
		{ query, user: 'ann', options, ...parameters },
		{ apiKey, streaming: true, ...run },
	);
}

type Chunk = { type: string; content?: unknown };
const shown = (chunks: Chunk[]) =>
	chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : [])).join('');
const sent = (path: string) =>
	simulator.requests.filter((request) => request.path === `/v1${path}`);
const delay = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

describe.each(DIFY_VERSIONS)('Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it.each([
		[AGENT, 'agent-chat', 'Let me look. Echo: hi', 2],
		[NEW_AGENT, 'agent', 'Let me look. Echo: hi', 1],
		[CHAT, 'chat', 'Echo: hi', 0],
	])(
		'gives one item of an answer by %s, and its text live',
		async (key, mode, answer, thoughts) => {
			const { json, chunks, error } = await ask(key, '#tools 1 hi');
			expect(error).toBeUndefined();
			expect(json).toHaveLength(1);
			expect(json[0]).toMatchObject({ answer, mode, status: 'succeeded', workflow_run_id: null });
			expect(json[0]?.agent_thoughts ?? []).toHaveLength(thoughts);
			expect(shown(chunks)).toBe(answer);
			conforming(simulator);
		},
	);

	it('keeps what an agent thought, called and saw, and its files', async () => {
		const { json } = await ask(AGENT, '#tools 2 #files hi');
		const call = { tool: 'weather', tool_input: '{"weather": {"city": "Zürich"}}' };
		const seen = { ...call, thought: 'Let me look. ', observation: '{"weather": "sunny"}' };
		expect(json[0]).toMatchObject({
			agent_thoughts: [
				{ position: 1, ...seen },
				{ position: 2, ...seen },
				{ position: 3, tool: '', thought: 'Echo: hi' },
			],
			files: [
				{ type: 'image', belongs_to: 'assistant' },
				{ type: 'image', belongs_to: 'assistant' },
			],
		});
	});

	it('gives one item with answer and thoughts per node, as there is no node', async () => {
		const { json, hints } = await ask(AGENT, 'hi', { outputMode: 'perNode' });
		expect(json).toEqual([
			expect.objectContaining({
				title: 'Answer',
				answer: 'Echo: hi',
				agent_thoughts: [expect.anything(), expect.anything()],
			}),
		]);
		expect(hints[0]?.message).toMatch(/^No node of a workflow has run/);
	});

	it('reads the answer to a message with a file', async () => {
		const data = await storeBinary(Buffer.from('x'), { fileName: 'a.png', mimeType: 'image/png' });
		const files = { file: [{ source: 'binary', binaryPropertyName: 'data', type: 'auto' }] };
		const items = [{ json: {}, binary: { data } }];
		const { json, chunks } = await ask(CHAT, '#attached', { files }, { items });
		expect(json[0]).toMatchObject({ answer: 'Files: a.png (image, 1 bytes)', files: [] });
		expect(shown(chunks)).toBe('Files: a.png (image, 1 bytes)');
	});

	it('goes on with a conversation, and says when there is none', async () => {
		const [first] = (await ask(CHAT, 'hi')).json;
		const conversationId = String(first?.conversation_id);
		const { json } = await ask(CHAT, '#recall', { conversationId });
		expect(json[0]).toMatchObject({ answer: 'Before that you said: hi' });
		const unknown = '11111111-1111-4111-8111-111111111111';
		const { error } = await ask(AGENT, 'hi', { conversationId: unknown });
		expect(error?.message).toBe('Dify does not know this conversation');
	});

	it('tells a failure with the text and the thoughts so far', async () => {
		const { error } = await ask(CHAT, '#error mid one two');
		expect(error?.message).toBe('The model returned an error: The upstream model broke off');
		expect(error?.context.data).toMatchObject({ answer: 'Echo: ', workflow_run_id: null });
	});

	it('never shows again what moderation withdrew', async () => {
		expect((await ask(AGENT, '#moderation bad')).json[0]?.answer).toBe('Blocked output.');
		const { answer } = (await ask(CHAT, '#moderation one two')).json[0] ?? {};
		expect(answer).toBe('[moderated] one two [checked]');
	});
});

it('downloads a picture that a tool made, with its name and type', async () => {
	const { items, hints } = await ask(AGENT, '#files hi', { options: { downloadFiles: true } });
	expect(hints).toEqual([]);
	expect(items[0]?.binary?.file_0).toMatchObject({
		fileName: expect.stringMatching(/^[\da-f-]{36}\.png$/),
		mimeType: 'image/png',
	});
});

it('does not ask what app it is for a streamed answer of a Chatflow', async () => {
	await ask('app-demo-key', 'hi');
	expect(sent('/info')).toHaveLength(0);
});

it('asks once per execution what app it is, and says advanced-chat of a Chatflow', async () => {
	const items = [{ json: {} }, { json: {} }, { json: {} }];
	const { json } = await ask(CHAT, 'hi', {}, { items });
	expect(json.map(({ mode }) => mode)).toEqual(['chat', 'chat', 'chat']);
	expect(sent('/info')).toHaveLength(1);
	expect((await ask('app-demo-key', '#annotation')).json[0]?.mode).toBe('advanced-chat');
});

describe('blocking mode', () => {
	const options = { responseMode: 'blocking' };

	it.each([AGENT, NEW_AGENT])('is refused for %s before anything is sent', async (key) => {
		const { error } = await ask(key, 'hi', { options });
		expect(error?.message).toBe('Agent apps do not know blocking mode');
		expect(error?.description).toMatch(/^Set Response Mode to Streaming/);
		expect(sent('/chat-messages')).toHaveLength(0);
	});

	it('is refused by Dify where the kind of app does not tell', async () => {
		simulator.faults.add({ path: '/info', action: 'respond', status: 500, times: 0 });
		const { error } = await ask(AGENT, 'hi', { options });
		expect(error?.message).toBe('Agent apps do not know blocking mode');
		expect(sent('/chat-messages')).toHaveLength(1);
	});

	it('gives what streaming gives for a Chat app', async () => {
		const blocked = (await ask(CHAT, 'hi', { options })).json[0] ?? {};
		const streamed = (await ask(CHAT, 'hi')).json[0] ?? {};
		expect(Object.keys(blocked)).toEqual(Object.keys(streamed));
		expect(blocked).toMatchObject({ mode: 'chat', answer: 'Echo: hi' });
	});
});

describe.each<DifyVersion>(['1.12', '1.14', '1.17'])('Dify %s, a lost stream', (version) => {
	beforeEach(() => simulator.setVersion(version));
	const SLOW = '#slow 60 #tools 1 one two three four five six';

	it('of an Agent app is completed from its thoughts', async () => {
		const { json, chunks, hints } = await ask(AGENT, `${SLOW} #cut-events 7`);
		const answer = 'Let me look. Echo: one two three four five six';
		expect(json[0]).toMatchObject({
			answer,
			recovered: true,
			status: 'succeeded',
			agent_thoughts: [
				{ tool: 'weather', observation: '{"weather": "sunny"}' },
				{ tool: '', thought: 'Echo: one two three four five six' },
			],
		});
		expect(shown(chunks)).toBe(answer);
		expect(hints.map(({ message }) => message).join()).toMatch(/The stream was lost/);
		expect(sent('/chat-messages')).toHaveLength(1);
	});

	it('of an Agent app without function calling gives its final answer', async () => {
		const { json } = await ask(AGENT, '#react #slow 60 hi #cut-events 8');
		expect(json[0]).toMatchObject({ answer: 'Echo: hi', recovered: true });
	});

	it('of a moderated Agent app is not completed: Dify has not checked the rest', async () => {
		simulator.app(AGENT).moderation = true;
		const { error } = await ask(AGENT, `${SLOW} #cut-events 7`);
		expect(error?.message).toBe('The answer broke off before it was complete');
		expect(error?.context.data).toMatchObject({ answer: 'Let me look. ' });
	});

	it('of an Agent app that goes no further ends with what there is', async () => {
		const options = { timeout: 1 };
		const { error } = await ask(AGENT, '#work 20000 hi #cut-events 2', { options });
		expect(error?.message).toBe('The answer broke off before it was complete');
		expect(error?.description).toMatch(/agent_thoughts in Conversation > Get Messages/);
		expect(error?.context.data).toMatchObject({ agent_thoughts: [{ tool: 'weather' }] });
	});

	it('of a Chat app keeps the text so far, and says that there is no more', async () => {
		const { error } = await ask(CHAT, '#slow 60 one two three four #cut-events 2');
		expect(error?.message).toBe('The answer broke off before it was complete');
		expect(error?.description).toMatch(/^The text so far is in the details as answer/);
		expect(error?.context.data).toMatchObject({ answer: 'Echo: one ' });
		expect(sent('/chat-messages')).toHaveLength(1);
	});
});

it.each([AGENT, NEW_AGENT, CHAT])('stops the answer of %s on cancel', async (apiKey) => {
	const talking = async () => {
		while (simulator.state.messages.size === 0) await delay(10);
		await delay(150);
	};
	const { json } = await ask(apiKey, '#slow 50 #words 200', {}, { cancel: talking() });
	expect(json).toEqual([]);
	while (!simulator.requests.some(({ path }) => path.endsWith('/stop'))) await delay(10);
	const stop = simulator.requests.find(({ path }) => path.endsWith('/stop'));
	expect(stop).toMatchObject({ body: { user: 'ann' }, status: 200 });
});

it('keeps text and thoughts of an answer that was stopped', async () => {
	const running = ask(AGENT, '#slow 50 #words 200');
	while (simulator.state.messages.size === 0) await delay(10);
	await delay(300);
	const taskId = [...simulator.state.messages.values()][0]?.taskId ?? '';
	await runDify(simulator, 'chat.stop', { taskId, user: 'ann' }, { apiKey: AGENT });
	const [item] = (await running).json;
	expect(item?.answer).toMatch(/^word1 /);
	expect(item?.agent_thoughts).toHaveLength(2);
});

it('does not take the silence of an agent that works for a refused file', async () => {
	simulator.setVersion('1.14');
	const data = await storeBinary(Buffer.from('x'), { fileName: 'a.txt', mimeType: 'text/plain' });
	const files = { file: [{ source: 'binary', binaryPropertyName: 'data', type: 'auto' }] };
	const items = [{ json: {}, binary: { data } }];
	for (const key of [AGENT, CHAT]) {
		const { json, error } = await ask(key, '#first 1800 hi', { files }, { items });
		expect(error).toBeUndefined();
		expect(json[0]?.answer).toBe('Echo: hi');
	}
	expect(sent('/chat-messages')).toHaveLength(2);
});

it('speaks the answer of a Chat app', async () => {
	const { items } = await ask(CHAT, '#tts hello there', { options: { keepAudio: true } });
	expect(items[0]?.binary?.audio).toMatchObject({ mimeType: 'audio/mpeg' });
});
