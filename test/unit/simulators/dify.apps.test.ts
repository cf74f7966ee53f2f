import { DIFY_VERSIONS, startDifySimulator } from '../../simulators/dify';
import type { DifySimulator } from '../../simulators/dify';
import { call, chatBody, eventsOf, eventually, StreamReader } from './dify.helpers';

/** Chat, Agent, New Agent and Completion apps, which run in the request on every version. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

type Body = Record<string, unknown>;

async function events(key: string, body: Body, path = '/chat-messages'): Promise<Body[]> {
	const { text } = await call(simulator, 'POST', path, body, key);
	return eventsOf(text);
}

const namesOf = (list: Body[]) => list.map(({ event }) => event);
const generate = (query: string, more: Body = {}): Body => ({
	inputs: { query },
	user: 'abc',
	response_mode: 'streaming',
	...more,
});
const thoughts = (list: Body[]) => list.filter(({ event }) => event === 'agent_thought');

describe.each(DIFY_VERSIONS)('Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('streams the answers of apps without a workflow', async () => {
		expect(namesOf(await events('app-chat-key', chatBody('hi')))).toEqual([
			...['message', 'message', 'message_end'],
		]);
		expect(namesOf(await events('app-agent-key', chatBody('hi')))).toEqual([
			...['agent_thought', 'agent_thought', 'agent_thought'],
			...['agent_thought', 'agent_message', 'agent_message', 'agent_thought', 'message_end'],
		]);
		expect(namesOf(await events('app-new-agent-key', chatBody('#tools 1 hi')))).toEqual([
			...['agent_thought', 'agent_message', 'agent_message', 'agent_message'],
			...['agent_thought', 'agent_thought'],
			...['agent_message', 'agent_message', 'message', 'message_end'],
		]);
		const completion = await events('app-completion-key', generate('hi'), '/completion-messages');
		expect(namesOf(completion)).toEqual(['message', 'message', 'message_end']);
		expect(completion[0]).not.toHaveProperty('conversation_id');
	});

	it('streams what ends otherwise', async () => {
		const chat = async (query: string) => namesOf(await events('app-chat-key', chatBody(query)));
		expect(await chat('#annotation')).toEqual(['message', 'message_end']);
		expect(await chat('#moderation input')).toEqual(['message', 'message_end']);
		expect(await chat('#moderation a')).toEqual([
			...['message', 'message_replace', 'message', 'message_replace', 'message_end'],
		]);
		expect(await chat('#error')).toEqual(['error']);
		expect((await chat('#tts a')).slice(-4)).toEqual([
			...['message_end', 'tts_message', 'tts_message', 'tts_message_end'],
		]);
	});

	it('fills the thoughts of an agent step by step', async () => {
		const list = await events('app-agent-key', chatBody('#tools 2 #files hi'));
		expect(namesOf(list).filter((name) => name === 'message_file')).toHaveLength(2);
		const told = thoughts(list);
		expect(new Set(told.map(({ id }) => id)).size).toBe(3);
		expect(told.map(({ tool, observation }) => [tool, observation])).toEqual([
			...[...round, ...round],
			...[
				['', ''],
				['', ''],
			],
		]);
		expect(told.at(-1)).toMatchObject({ thought: 'Echo: hi', position: 3 });
	});
});

const round = [
	['', ''],
	['weather', ''],
	['weather', '{"weather": "sunny"}'],
];

it.each([
	['app-agent-key', 'blocking', 'Agent Chat App does not support blocking mode'],
	['app-agent-key', undefined, 'Agent Chat App does not support blocking mode'],
	['app-new-agent-key', 'blocking', 'Agent App does not support blocking mode'],
])('refuses blocking mode with %s and the mode %s', async (key, mode, message) => {
	const body = { ...chatBody('hi'), response_mode: mode };
	const { status, json } = await call(simulator, 'POST', '/chat-messages', body, key);
	expect(status).toBe(400);
	expect(json).toMatchObject({ message });
});

it('answers in blocking mode where there is one', async () => {
	const body = { ...chatBody('hi'), response_mode: 'blocking' };
	const chat = await call(simulator, 'POST', '/chat-messages', body, 'app-chat-key');
	expect(chat.json).toMatchObject({ mode: 'chat', answer: 'Echo: hi' });
	const completion = await call(
		simulator,
		'POST',
		'/completion-messages',
		generate('hi', { response_mode: 'blocking' }),
		'app-completion-key',
	);
	expect(completion.json).toMatchObject({ mode: 'completion', answer: 'Echo: hi' });
	expect(completion.json).not.toHaveProperty('conversation_id');
});

it('knows Completion apps only for completions', async () => {
	const body = generate('hi');
	const { json } = await call(simulator, 'POST', '/completion-messages', body, 'app-chat-key');
	expect(json).toMatchObject({ code: 'app_unavailable' });
	const chat = await call(
		simulator,
		'POST',
		'/chat-messages',
		chatBody('hi'),
		'app-completion-key',
	);
	expect(chat.json).toMatchObject({ code: 'not_chat_app' });
});

async function open(key: string, body: Body): Promise<StreamReader> {
	const path = key === 'app-completion-key' ? '/completion-messages' : '/chat-messages';
	const response = await fetch(`${simulator.baseUrl}${path}`, {
		method: 'POST',
		headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	return new StreamReader(response);
}

it('stops a completion for the user who asked for it only', async () => {
	const reader = await open('app-completion-key', generate('#slow 50 #words 40'));
	const { task_id: task } = await reader.until('message');
	// A new user is known to other requests a moment later.
	await new Promise((resolve) => setTimeout(resolve, 100));
	const stop = async (user: string) =>
		await call(
			simulator,
			'POST',
			`/completion-messages/${String(task)}/stop`,
			{ user },
			'app-completion-key',
		);
	expect((await stop('other')).json).toEqual({ result: 'success' });
	await reader.until('message');
	await stop('abc');
	const rest = await reader.rest();
	expect(rest.length).toBeLessThan(20);
	expect(rest.at(-1)?.event).toBe('message_end');
});

const lastThought = (message?: { agentThoughts: Body[] }) =>
	String(message?.agentThoughts.at(-1)?.thought);

it('saves no answer for a client that has gone; an agent goes on and saves its thoughts', async () => {
	const leave = async (key: string) => {
		const reader = await open(key, chatBody('#slow 10 #words 10'));
		await reader.until(key === 'app-chat-key' ? 'message' : 'agent_message');
		await reader.cancel();
		const saved = () => [...simulator.state.messages.values()].at(-1);
		const isOver = () => key === 'app-chat-key' || /word10$/.test(lastThought(saved()));
		await eventually(isOver);
		return saved();
	};
	expect(await leave('app-chat-key')).toMatchObject({ answer: '', agentThoughts: [] });
	expect(await leave('app-agent-key')).toMatchObject({
		answer: '',
		agentThoughts: [{ tool: 'weather' }, { tool: '', thought: expect.stringMatching(/word10$/) }],
	});
});
