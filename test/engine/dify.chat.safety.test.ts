import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion, FaultRule } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { conforming, runDify } from '../support/dify/run';

/** What must never happen twice, and what is said when something goes wrong. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

async function ask(
	query: string,
	parameters: INodeParameters = {},
	options: INodeParameters = {},
	run: DifyRun = {},
) {
	const begin = Date.now();
	const all = { query, user: 'ann', options, ...parameters };
	const result = await runDify(simulator, 'chat.send', all, run);
	return { ...result, took: Date.now() - begin };
}

const fault = (rule: Partial<FaultRule>) =>
	simulator.faults.add({ path: '/chat-messages', times: 0, action: 'respond', ...rule });
const chatMessages = () => conforming(simulator).filter(({ path }) => path === '/v1/chat-messages');
const sent = () => simulator.counters().byPath['POST /v1/chat-messages'];
const BLOCKING = { responseMode: 'blocking' };

describe('a message is sent again', () => {
	it.each(['ceiling', 'too_many_requests'] as const)(
		'after %s, which comes before anything runs, until there is room',
		async (preset) => {
			fault({ preset, times: 2 });
			const { json, took } = await ask('hi');
			expect(json[0]).toMatchObject({ answer: 'Echo: hi' });
			expect(sent()).toBe(3);
			expect(took).toBeGreaterThan(2_900);
			expect(simulator.acceptedChats('hi')).toBe(1);
		},
	);

	it('while the app has its largest number of requests, and says so at the end', async () => {
		simulator.app().maxActiveRequests = 1;
		const first = ask('#work 1500 first');
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect((await ask('second')).json[0]).toMatchObject({ answer: 'Echo: second' });
		expect((await first).json[0]).toMatchObject({ status: 'succeeded' });
		expect(simulator.acceptedChats('second')).toBe(1);
	});

	it('when no connection was made', async () => {
		const closed = createServer();
		await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
		const { port } = closed.address() as AddressInfo;
		await new Promise((resolve) => closed.close(resolve));
		const { error, took } = await ask('hi', {}, {}, { baseUrl: `http://127.0.0.1:${port}` });
		expect(error).toMatchObject({
			message: 'The Dify server cannot be reached',
			context: { data: { code: 'ECONNREFUSED' } },
		});
		expect(took).toBeGreaterThan(1_900);
	});
});

describe('a message is not sent again', () => {
	it.each<[string, Partial<FaultRule>, RegExp, RegExp]>([
		['rate_limit_error', { preset: 'rate_limit_error' }, /^The request limit of/, /at once/],
		['500', { preset: '500' }, /^Dify failed with an internal error/, /Try again later/],
		['500 as a page', { preset: '500-html' }, /returned an error \(HTTP 500\)/, /may have/],
		['502', { preset: '502-html' }, /\(HTTP 502\)/, /may have reached the server/],
		['503', { preset: '503-html' }, /\(HTTP 503\)/, /may have reached the server/],
		['504', { preset: '504-html' }, /^A proxy in front of Dify timed out/, /Get Messages/],
		['524', { preset: '524-html' }, /^A proxy in front of Dify timed out/, /Streaming/],
		[
			'429 of a proxy, without a code',
			{ status: 429, body: '<b>slow down</b>' },
			/too many/,
			/later/,
		],
		[
			'a reset before the answer',
			{ action: 'reset', when: 'after-accept' },
			/closed the/,
			/may have/,
		],
		[
			'a reset before it was read',
			{ action: 'reset' },
			/closed the connection/,
			/may have reached/,
		],
	])('after %s', async (_name, rule, message, description) => {
		fault(rule);
		for (const options of [{}, BLOCKING]) {
			simulator.state.messages.clear();
			const before = sent() ?? 0;
			const { error } = await ask('hi', {}, options);
			expect(error?.message).toMatch(message);
			expect(error?.description).toMatch(description);
			expect(sent()).toBe(before + 1);
		}
	});

	it('when no answer comes in time', async () => {
		fault({ action: 'stall' });
		for (const options of [{ timeout: 1 }, { timeout: 1, ...BLOCKING }]) {
			const before = sent() ?? 0;
			const { error } = await ask('hi', {}, options);
			expect(error?.message).toMatch(/timed out/);
			expect(error?.description).toMatch(/may have reached Dify/);
			expect(sent()).toBe(before + 1);
		}
	});

	it('by n8n under Retry On Fail, because a failed node is not called `error`', async () => {
		const run: DifyRun = { retryOnFail: true, maxTries: 3 };
		for (const outputMode of ['aggregated', 'perNode', 'events']) {
			const query = `hi #partial ${outputMode}`;
			const { json } = await ask(query, { outputMode }, {}, run);
			expect(json.length).toBeGreaterThan(0);
			expect(simulator.acceptedChats(query)).toBe(1);
		}
		const { json } = await ask('x #partial', { outputMode: 'perNode' });
		expect(json).toContainEqual(
			expect.objectContaining({ node_id: 'risky', node_error: 'Reached maximum retries' }),
		);
	});

	it('when a form or the run is asked for: only reads are', async () => {
		simulator.setVersion('1.13.1');
		await ask('one two three #slow 30 #cut-events 4');
		const others = simulator.requests.filter(({ method }) => method === 'POST');
		expect(others).toHaveLength(1);
	});
});

describe('200 does not mean success', () => {
	it('when the answer is a page', async () => {
		fault({ status: 200, body: '<html><title>Sign in</title></html>' });
		for (const options of [{}, BLOCKING]) {
			const { error } = await ask('hi', {}, options);
			expect(error).toMatchObject({
				message: 'The response is not from a Dify API',
				description: expect.stringMatching(/Base URL/) as string,
				context: { data: { body: expect.stringMatching(/Sign in/) as string } },
			});
		}
	});

	it('and a plain JSON answer to a streaming request is taken as one', async () => {
		fault({ status: 200, body: { event: 'message', answer: 'Plain', conversation_id: 'c' } });
		const { json } = await ask('hi');
		expect(json[0]).toMatchObject({ answer: 'Plain', conversation_id: 'c', status: 'succeeded' });
	});

	it('when a blocking answer breaks off', async () => {
		fault({ action: 'truncate', bytes: 40 });
		const { error } = await ask('hi', {}, BLOCKING);
		expect(error?.description).toMatch(/may have reached Dify/);
		expect(sent()).toBe(1);
	});
});

describe('an unknown conversation', () => {
	const UNKNOWN = '00000000-0000-4000-8000-000000000000';
	const withId = (conversationId: string) => ({ conversationId });

	it.each<DifyVersion>(['1.8', '1.12'])('is refused by Dify %s', async (version) => {
		simulator.setVersion(version);
		for (const options of [{}, BLOCKING]) {
			const { error } = await ask('hi', withId(UNKNOWN), options);
			expect(error).toMatchObject({
				message: 'Dify does not know this conversation',
				httpCode: '404',
				description: expect.stringMatching(/User is the one who started/) as string,
			});
		}
	});

	it.each<DifyVersion>(['1.13.0', '1.14'])(
		'is silence in %s, and told at once',
		async (version) => {
			simulator.setVersion(version);
			const { error, took } = await ask('hi', withId(UNKNOWN));
			expect(error?.message).toBe('Dify does not know this conversation');
			expect(took).toBeLessThan(3_000);
			const blocked = await ask('hi', withId(UNKNOWN), BLOCKING);
			expect(blocked.error?.message).toBe('Dify does not know this conversation');
		},
	);

	it.each<DifyVersion>(['1.15', '1.17'])(
		'is silently replaced by %s, which is reported',
		async (version) => {
			simulator.setVersion(version);
			for (const outputMode of ['aggregated', 'perNode']) {
				const { json, hints } = await ask('hi', { ...withId(UNKNOWN), outputMode });
				expect(json.every((item) => item.conversation_reset === true)).toBe(true);
				expect(json[0]?.conversation_id).not.toBe(UNKNOWN);
				expect(hints[0]?.message).toMatch(/did not know the conversation .* started a new one/);
			}
			const blocked = await ask('hi', withId(UNKNOWN), BLOCKING);
			expect(blocked.json[0]).toMatchObject({ conversation_reset: true });
		},
	);

	it('fails before it is sent when the user wants that, if Dify can be asked', async () => {
		simulator.setVersion('1.16');
		const { error } = await ask('hi', withId(UNKNOWN), { onConversationReset: 'fail' });
		expect(error?.message).toBe('Dify does not know this conversation');
		expect(sent()).toBeUndefined();
	});

	it('fails, after it was answered, when the user wants that and Dify could not be asked', async () => {
		simulator.setVersion('1.16');
		simulator.faults.add({ path: '/messages', action: 'respond', status: 500, times: 0 });
		const { error } = await ask('hi', withId(UNKNOWN), { onConversationReset: 'fail' });
		expect(error).toMatchObject({
			message: 'Dify did not know the conversation and answered in a new one',
			context: { data: { code: 'conversation_reset', answer: 'Echo: hi' } },
		});
		expect(error?.context.data?.conversation_id).toMatch(/^[\da-f-]{36}$/);
	});

	it('is not reported for the right one, however it is written', async () => {
		simulator.setVersion('1.16');
		const first = await ask('hi');
		const id = String(first.json[0]?.conversation_id);
		for (const written of [id, id.toUpperCase(), ` ${id} `]) {
			const { json } = await ask('#recall', withId(written), { onConversationReset: 'fail' });
			expect(json[0]?.conversation_id).toBe(id);
			expect(json[0]).not.toHaveProperty('conversation_reset');
		}
	});

	it('that is no ID at all is refused with the sentence of Dify', async () => {
		const { error } = await ask('hi', withId('not-an-id'));
		expect(error?.message).toBe('Dify rejected a value: conversation_id must be a valid UUID');
	});
});

describe('refusals', () => {
	it.each([
		[
			'provider_not_initialize',
			/^The model of the Dify app has no valid credentials$/,
			/Model Prov/,
		],
		['provider_quota_exceeded', /^The quota of the model provider is used up$/, /Add quota/],
		['model_currently_not_support', /^The Dify app cannot use its model: /, /another/],
		[
			'completion_request_error',
			/^The model returned an error: Completion request failed\./,
			/run log/,
		],
	] as const)('are explained: %s', async (preset, message, description) => {
		fault({ preset });
		for (const options of [{}, BLOCKING]) {
			const { error } = await ask('hi', {}, options);
			expect(error?.message).toMatch(message);
			expect(error?.description).toMatch(description);
			expect(error?.context.data).toMatchObject({ code: preset, status: 400 });
		}
	});

	it('of a wrong key name the credential, and never show the key', async () => {
		const { error } = await ask('hi', {}, {}, { apiKey: 'app-wrong-key' });
		expect(error).toMatchObject({
			message: 'Dify does not accept the API key',
			httpCode: '401',
			failure: { cause: 'credential-invalid' },
		});
		expect(JSON.stringify(error)).not.toContain('app-wrong-key');
	});

	it('of an app of another kind, or one that is not published, say so', async () => {
		const other = await ask('hi', {}, {}, { apiKey: 'app-workflow-key' });
		expect(other.error?.message).toBe(
			'This key belongs to "Demo Workflow", a Workflow app. Messages can be sent to Chatflow, Agent and Chat apps only',
		);
		simulator.app().published = false;
		expect((await ask('hi')).error?.message).toBe('The Dify app is not available');
	});

	it('of a version that is not published name the option', async () => {
		const workflowId = '11111111-1111-4111-8111-111111111111';
		const unknown = await ask('hi', {}, { workflowId });
		const malformed = await ask('hi', {}, { workflowId: 'x' });
		for (const { error } of [unknown, malformed]) {
			expect(error?.message).toBe('Dify does not know this version of the app');
			expect(error?.description).toMatch(/Workflow ID.*has to be published/);
		}
		expect(unknown.error?.context.data).toMatchObject({
			message: expect.stringContaining(`Workflow not found with id: ${workflowId}`),
		});
		simulator.setVersion('1.16');
		simulator.app().sandbox = true;
		const sandbox = await ask('hi', {}, { workflowId });
		expect(sandbox.error?.message).toMatch(/plan does not allow running a specific version/);
	});

	it('of inputs are told, by the server before 1.13 and by its worker since', async () => {
		const inputs = '{"tone":"rude"}';
		simulator.faults.add({ path: '/parameters', action: 'respond', status: 500, times: 0 });
		simulator.setVersion('1.12');
		const early = await ask('hi', { inputs });
		expect(early.error?.message).toMatch(/^Dify rejected a value: tone in input form must/);
		simulator.setVersion('1.16');
		const late = await ask('hi', { inputs });
		expect(late.error?.message).toMatch(/could not process the message: tone in input form must/);
	});

	it('are found before anything is sent: no question, no user, no JSON', async () => {
		const empty = await ask('  ');
		expect(empty.error?.message).toBe('There is no question to send');
		const nobody = await ask('hi', { user: ' ' });
		expect(nobody.error?.message).toBe('User is empty');
		const list = await ask('hi', { inputs: '[1]' });
		expect(list.error?.message).toBe('Inputs is not a JSON object');
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('what is sent', () => {
	it('conforms to the specification, with every parameter; response_mode is never left out', async () => {
		const { workflowId } = simulator.app();
		const first = await ask('hi');
		const conversationId = String(first.json[0]?.conversation_id);
		await ask(
			'again',
			{ conversationId, inputs: '{"city":"Oslo"}' },
			{ autoGenerateName: false, workflowId, responseMode: 'streaming' },
		);
		const [plain, full] = chatMessages();
		expect(plain?.body).toEqual({
			query: 'hi',
			user: 'ann',
			inputs: {},
			response_mode: 'streaming',
			conversation_id: '',
		});
		expect(full?.body).toEqual({
			query: 'again',
			user: 'ann',
			inputs: { city: 'Oslo' },
			response_mode: 'streaming',
			conversation_id: conversationId,
			auto_generate_name: false,
			workflow_id: workflowId,
		});
	});

	it('is the text of the user, unchanged', async () => {
		const query = '  "quotes" \\ \n\t 👋 \u2028 <b> &amp; ';
		await ask(query);
		expect(chatMessages()[0]?.body).toMatchObject({ query });
	});

	it('goes on with the conversation', async () => {
		const first = await ask('My name is Ann');
		const conversationId = String(first.json[0]?.conversation_id);
		const { json } = await ask('#recall', { conversationId });
		expect(json[0]?.answer).toBe('Before that you said: My name is Ann');
	});
});

describe('several items at once', () => {
	it('keep their order, and one conversation is never answered twice at a time', async () => {
		simulator.settings.nodeDelayMs = 60;
		const first = await ask('start');
		const id = String(first.json[0]?.conversation_id);
		const items = [id, '', id.toUpperCase(), ''].map((conversationId) => ({
			json: { conversationId },
		}));
		const result = await runDify(
			simulator,
			'chat.send',
			{
				query: '={{ "item " + $itemIndex }}',
				user: 'ann',
				conversationId: '={{ $json.conversationId }}',
				options: { concurrency: 4 },
			},
			{ items },
		);
		expect(result.json.map(({ answer }) => answer)).toEqual(
			[0, 1, 2, 3].map((i) => `Echo: item ${i}`),
		);
		const [, zero, ...rest] = chatMessages();
		const same = rest.find(({ body }) => (body as { query: string }).query === 'item 2');
		expect(same?.startedAt).toBeGreaterThanOrEqual(zero?.finishedAt ?? Infinity);
		const other = rest.find(({ body }) => (body as { query: string }).query === 'item 1');
		expect(other?.startedAt).toBeLessThan(zero?.finishedAt ?? 0);
	});

	it('take the error branch one by one under Continue On Fail', async () => {
		const queries = ['fine', 'bad #fail-node', 'fine too'];
		const result = await runDify(
			simulator,
			'chat.send',
			{ query: '={{ $json.query }}', user: 'ann' },
			{ items: queries.map((query) => ({ json: { query } })), onError: 'continueErrorOutput' },
		);
		expect(result.json.map(({ answer }) => answer)).toEqual(['Echo: fine', 'Echo: fine too']);
		expect(result.errorItems).toHaveLength(1);
		expect(result.errorItems[0]).toMatchObject({
			json: {
				error: 'The Dify workflow failed: The model is overloaded',
				details: { answer: 'Echo: bad', failed_node: { node_id: 'llm' } },
			},
			pairedItem: { item: 1 },
		});
	});
});
