import type { INodeParameters } from 'n8n-workflow';

import { json, sse, startPlainServer, stream } from '../support/dify/plainServer';
import type { PlainServer } from '../support/dify/plainServer';
import type { DifyRun } from '../support/dify/run';
import { storeBinary } from '../support/engine';

/** Chats with servers and values at the edge of what is expected. */
let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

const started = sse('workflow_started', { workflow_run_id: 'r', data: { id: 'r' } });
const said = (answer: string) => sse('message', { id: 'm', answer });
const messageEnd = sse('message_end', { id: 'm', metadata: {} });
const succeeded = (outputs: object = {}) =>
	sse('workflow_finished', {
		workflow_run_id: 'r',
		data: { id: 'r', status: 'succeeded', outputs },
	});

const send = async (parameters: INodeParameters = {}, more: DifyRun = {}) =>
	await server.run('chat.send', { query: 'hi', user: 'ann', ...parameters }, more);
const streams = (...steps: Array<string | number>) =>
	server.answer((_request, response) => void stream(response, ...steps));
const echoes = () =>
	server.answer((request, response) => {
		if (request.method === 'GET') return json(response, {}, 404);
		const { query } = JSON.parse(request.body) as { query: string };
		void stream(response, started, said(query), messageEnd, succeeded());
	});
const posts = () => server.requests.filter(({ url }) => url === '/v1/chat-messages').length;

describe('an answer of 200 with JSON that is not an answer of a chat', () => {
	it.each(['streaming', 'blocking'])('is a failure in mode %s', async (responseMode) => {
		server.answer((_request, response) => json(response, { ok: true }));
		const { json: items, error } = await send({ options: { responseMode } });
		expect(items).toEqual([]);
		expect(error?.message).toBe('The response is not from a Dify API');
		expect(posts()).toBe(1);
	});

	it('is the failure that it tells', async () => {
		const told = { code: 'invalid_param', message: 'Run failed: no model', status: 400 };
		server.answer((_request, response) => json(response, told));
		const { error } = await send({ options: { responseMode: 'blocking' } });
		expect(error?.message).toBe('The Dify workflow failed: no model');
		expect(error?.context.data).toMatchObject({ code: 'invalid_param' });
	});
});

describe('the events of a stream', () => {
	const names = async () => {
		const { json: items } = await send({ outputMode: 'events' });
		return items.map(({ event }) => event);
	};
	const audio = sse('tts_message', { audio: 'YWJj' });
	const audioEnd = sse('tts_message_end', { audio: '' });

	it('are all given when spoken audio ends after the run, at once or later', async () => {
		const first = [started, audio, messageEnd, succeeded()];
		const all = [
			'workflow_started',
			'tts_message',
			'message_end',
			'workflow_finished',
			'tts_message_end',
		];
		streams([...first, audioEnd].join(''));
		expect(await names()).toEqual(all);
		streams(first.join(''), 150, audioEnd);
		expect(await names()).toEqual(all);
	});

	it('are all given when unknown ones come after the last', async () => {
		streams([started, said('a'), messageEnd, succeeded(), sse('brand_new')].join(''));
		expect((await names()).at(-1)).toBe('brand_new');
	});
});

describe('text that comes as text_chunk, as the specification has it', () => {
	const chunk = (text: string) => sse('text_chunk', { workflow_run_id: 'r', data: { text } });
	const replacement = sse('text_replace', { workflow_run_id: 'r', data: { text: 'Ciao' } });

	it.each([
		['is the answer when no message comes', [chunk('Hel'), chunk('lo')], 'Hello'],
		['can be replaced', [chunk('Hello'), replacement, chunk('!')], 'Ciao!'],
		['does not repeat what comes as message, too', [chunk('Hello'), said('Hello')], 'Hello'],
	])('%s', async (_what, events, answer) => {
		streams(started, ...events, messageEnd, succeeded());
		expect((await send()).json).toMatchObject([{ answer }]);
	});
});

describe('a message whose end nobody has seen', () => {
	it('is not told as succeeded in the details of its failure', async () => {
		server.answer(({ url }, response) => {
			if (url === '/v1/chat-messages') void stream(response, started, said('half'));
			else json(response, { code: 'not_found', message: '', status: 404 }, 404);
		});
		const { error } = await send();
		expect(error?.context.data).toMatchObject({
			code: 'stream_interrupted',
			answer: 'half',
			run_status: null,
		});
	});
});

describe('a failed run that is followed by an error, as before Dify 1.13', () => {
	it("is told with Dify's own code and status", async () => {
		const data = { id: 'r', status: 'failed', error: 'no model' };
		const failed = sse('workflow_finished', { workflow_run_id: 'r', data });
		const told = { code: 'invalid_param', status: 400, message: 'Run failed: no model' };
		streams(started, failed, 50, sse('error', told));
		const { error } = await send();
		expect(error).toMatchObject({ message: 'The Dify workflow failed: no model', httpCode: '400' });
		expect(error?.context.data).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('is told in the words of the error when the run gave no reason', async () => {
		const data = { id: 'r', status: 'failed', error: null };
		const failed = sse('workflow_finished', { workflow_run_id: 'r', data });
		streams(started, failed, sse('error', { message: 'Run failed: no model' }));
		expect((await send()).error?.message).toBe('The Dify workflow failed: no model');
	});
});

describe('a key that was pasted with characters that no header can hold', () => {
	it.each(['app-secret\u200b-1234', 'app-sec\nret-1234'])(
		'is not shown when the server repeats what it got: %j',
		async (apiKey) => {
			server.answer((_request, response) =>
				json(response, { code: 'invalid_param', message: 'No app-secret-1234', status: 400 }, 400),
			);
			const { error } = await send({}, { apiKey });
			expect(error?.message).toBe('Dify rejected a value: No ***');
			expect(JSON.stringify(error)).not.toContain('app-secret-1234');
		},
	);
});

describe('values that cannot be sent', () => {
	beforeEach(echoes);

	it.each([
		['a query that is an object', { query: '={{ ({ a: 1 }) }}' }, /^Query is not a text/],
		['a query that is a list', { query: '={{ [1, 2] }}' }, /^Query is not a text/],
		['a query that is not a number', { query: '={{ NaN }}' }, /^There is no question/],
		['a user who is not a number', { user: '={{ NaN }}' }, /^User is empty/],
		['an output mode that does not exist', { outputMode: '={{ "none" }}' }, /output mode "none"/],
	])('are found before anything is sent: %s', async (_what, parameters, message) => {
		const { error } = await send(parameters);
		expect(error?.message).toMatch(message);
		expect(server.requests).toEqual([]);
	});

	it('are left out when they are blank options', async () => {
		await send({ options: { workflowId: '  ' } });
		expect(JSON.parse(server.requests[0]?.body ?? '{}')).not.toHaveProperty('workflow_id');
	});

	it('do not end the answer at once when they are endless times', async () => {
		const { json: items, error } = await send({ options: { timeout: 5_000_000 } });
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ answer: 'hi' }]);
	});
});

describe('an expression that fails for one item', () => {
	const items = ['one', 'two', 'three'].map((query) => ({ json: { query } }));
	const failing = '={{ $json.query === "two" ? $("Nowhere").first().json.x : "" }}';

	it.each([1, 2])('fails this item alone, with %d at once', async (concurrency) => {
		echoes();
		const { json: out } = await send(
			{ query: '={{ $json.query }}', conversationId: failing, options: { concurrency } },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(out.map(({ answer, error }) => answer ?? error)).toEqual([
			'one',
			expect.stringMatching(/Nowhere|exist/),
			'three',
		]);
	});

	it('fails this item alone when it stands in the options of the first', async () => {
		echoes();
		const { json: out } = await send(
			{ query: '={{ $json.query }}', options: { timeout: failing.replace('two', 'one') } },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(out.map(({ answer }) => answer)).toEqual([undefined, 'two', 'three']);
	});
});

describe('the file of an item that is uploaded with a message', () => {
	const run = async (operation: 'chat.send' | 'audio.speechToText', options = {}) => {
		const data = await storeBinary(Buffer.from('x'), {
			fileName: 'C:\\temp\\a.mp3',
			mimeType: 'audio/mpeg',
		});
		const files = { file: [{ source: 'binary', binaryPropertyName: 'data', type: 'auto' }] };
		const parameters = operation === 'chat.send' ? { query: 'hi', user: 'ann', files } : {};
		const items = [{ json: {}, binary: { data } }];
		return await server.run(operation, { ...parameters, options }, { items });
	};

	it.each(['chat.send', 'audio.speechToText'] as const)(
		'goes without the folders of its name, which Dify refuses: %s',
		async (operation) => {
			server.answer((_request, response) => json(response, { id: 'up', text: '' }));
			await run(operation);
			expect(server.requests[0]?.body).toContain('filename="a.mp3"');
		},
	);

	it('is given up after the Timeout, and no message is sent', async () => {
		server.answer(() => {});
		const begin = Date.now();
		const { error } = await run('chat.send', { timeout: 1 });
		expect(error?.message).toMatch(/timed out/);
		expect(Date.now() - begin).toBeLessThan(10_000);
		expect(posts()).toBe(0);
	});
});

it.each(['whole', 'constructor', ''])(
	'an expression that gives no output mode (%p) fails before a message is sent',
	async (outputMode) => {
		echoes();
		const { error } = await send({ outputMode: `={{ ${JSON.stringify(outputMode)} }}` });
		expect(error?.message).toBe(`There is no output mode "${outputMode}"`);
		expect(server.requests).toEqual([]);
	},
);
