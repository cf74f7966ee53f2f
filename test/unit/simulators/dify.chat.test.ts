import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import { call, chat, chatBody, dataOf, type Answer, type Dict } from './dify.helpers';

const UUID = '11111111-2222-4333-8444-555555555555';

describe('blocking answers and parameter checks of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator({ settings: { idleTimeoutMs: 200 } });
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	async function block(query: string, extra: Dict = {}): Promise<Answer> {
		const body = { ...chatBody(query), response_mode: 'blocking', ...extra };
		return await call(simulator, 'POST', '/chat-messages', body);
	}

	it('answers with the fields of the specification and no more', async () => {
		const { status, json } = await block('hello');
		expect(status).toBe(200);
		expect(Object.keys(json).sort()).toEqual([
			...['answer', 'conversation_id', 'created_at', 'event', 'id'],
			...['message_id', 'metadata', 'mode', 'task_id'],
		]);
		expect(json).toMatchObject({ event: 'message', mode: 'advanced-chat', answer: 'Echo: hello' });
	});

	it('blocks when response_mode is omitted', async () => {
		const { response_mode: _mode, ...body } = chatBody('hello');
		const { json } = await call(simulator, 'POST', '/chat-messages', body);
		expect(json.event).toBe('message');
	});

	it('fails with HTTP 400 when the run fails', async () => {
		expect((await block('#fail-node x')).json).toEqual({
			code: 'invalid_param',
			message: 'Run failed: The model is overloaded',
			status: 400,
		});
		expect((await block('#error')).json).toMatchObject({ code: 'provider_not_initialize' });
	});

	it('tells a human pause with HTTP 200', async () => {
		const { status, json } = await block('#pause please');
		expect(status).toBe(200);
		expect(json).toMatchObject({
			event: 'workflow_paused',
			answer: '',
			data: { status: 'paused', outputs: {}, paused_nodes: ['human-input'] },
		});
		expect(json.workflow_run_id).toBe(dataOf(json).workflow_run_id);
	});

	it('is cut with 504 HTML by the proxy while the run goes on', async () => {
		simulator.settings.edgeTimeoutMs = 50;
		const { status, text } = await block('#work 200 hi');
		expect(status).toBe(504);
		expect(text).toContain('<h1>Gateway Time-out</h1>');
		expect([...simulator.state.runs.values()].map((run) => run.status)).toEqual(['running']);
	});

	it.each([
		[
			'no inputs',
			{ inputs: undefined },
			/^1 validation error for ChatRequestPayload\ninputs\n {2}Field required/,
		],
		['a list for inputs', { inputs: [] }, /dict_type/],
		['a number for query', { query: 5 }, /string_type/],
		['an unknown response mode', { response_mode: 'fast' }, /literal_error/],
		['files that are no list', { files: {} }, /list_type/],
		[
			'a junk conversation id',
			{ conversation_id: 'junk' },
			/^conversation_id must be a valid UUID$/,
		],
	])('refuses %s with invalid_param', async (_name, extra, message) => {
		const { status, json } = await block('hi', extra);
		expect(status).toBe(400);
		expect(json).toMatchObject({ code: 'invalid_param', message: expect.stringMatching(message) });
	});

	it('takes blank conversation ids as none', async () => {
		for (const id of ['', '  ', null]) {
			expect((await block('hi', { conversation_id: id })).status).toBe(200);
		}
	});

	it('needs a user, and JSON', async () => {
		expect((await block('hi', { user: '' })).json.message).toBe('Arg user must be provided.');
		const send = async (init: RequestInit): Promise<Response> =>
			await fetch(`${simulator.baseUrl}/chat-messages`, {
				method: 'POST',
				...init,
				headers: { Authorization: `Bearer ${simulator.apiKey}`, ...init.headers },
			});
		const wrongType = await send({ body: '{}', headers: { 'Content-Type': 'text/plain' } });
		expect(wrongType.status).toBe(415);
		expect(await wrongType.json()).toMatchObject({ code: 'unsupported_media_type' });
		const broken = await send({ body: '{', headers: { 'Content-Type': 'application/json' } });
		expect(broken.status).toBe(400);
		expect(await broken.json()).toMatchObject({ code: 'bad_request' });
	});

	it('finds an empty query out before a blocking run, but too late in a streaming one', async () => {
		expect((await block('')).json).toMatchObject({
			code: 'invalid_param',
			message: 'query is required',
		});
		const events = await chat(simulator, '');
		expect(events).toEqual([{ event: 'ping' }]);
		simulator.setVersion('1.12');
		const old = await call(simulator, 'POST', '/chat-messages', chatBody(''));
		expect(old.status).toBe(400);
	});

	it('ends a failed start with a synthetic workflow_finished on 1.17', async () => {
		simulator.setVersion('1.17');
		const events = await chat(simulator, '');
		expect(dataOf(events.at(-1))).toMatchObject({ status: 'failed' });
	});

	it.each([
		['city', 5, "(type 'text-input') city in input form must be a string"],
		['city', 'x'.repeat(49), 'city in input form must be less than 48 characters'],
		[
			'tone',
			'rude',
			"tone in input form must be one of the following: ['friendly', 'formal', 'brief']",
		],
		['amount', 'many', 'amount in input form must be a valid number'],
		['document', 'file.pdf', 'document in input form must be a file'],
		['attachments', {}, 'attachments in input form must be a list of files'],
		[
			'document',
			{ type: 'document', transfer_method: 'local_file', upload_file_id: UUID },
			'Invalid upload file',
		],
	])('refuses %s = %j', async (variable, value, message) => {
		const { status, json } = await block('hi', { inputs: { [variable]: value } });
		expect(status).toBe(400);
		expect(json.message).toBe(message);
	});

	it('takes numbers as text and checkboxes in many forms', async () => {
		const inputs = { amount: '12.5', urgent: 'true', tone: 'formal', city: 'Zürich' };
		const { json } = await block('#inputs', { inputs });
		expect(JSON.parse(String(json.answer))).toMatchObject({
			amount: 12.5,
			urgent: true,
			tone: 'formal',
		});
		expect((await block('#inputs', { inputs: { urgent: 1 } })).status).toBe(200);
	});

	it('requires what the form requires', async () => {
		simulator.app().userInputForm = [
			{ 'text-input': { label: 'City', variable: 'city', required: true } },
		];
		expect((await block('hi')).json.message).toBe('city is required in input form');
		expect((await block('hi', { inputs: { city: 'Bern' } })).status).toBe(200);
	});

	it('checks workflow_id', async () => {
		simulator.app().workflowVersions = [UUID];
		expect((await block('hi', { workflow_id: UUID })).status).toBe(200);
		expect((await block('hi', { workflow_id: 'draft' })).json).toMatchObject({
			code: 'bad_request',
		});
		const other = UUID.replace('1', '9');
		expect((await block('hi', { workflow_id: other })).json.message).toBe(
			`Workflow not found with id: ${other}`,
		);
		simulator.setVersion('1.16');
		simulator.app().sandbox = true;
		expect((await block('hi', { workflow_id: UUID })).json).toMatchObject({
			code: 'workflow_version_execution_not_allowed',
			status: 403,
		});
	});

	it('has a concurrency ceiling without Retry-After', async () => {
		simulator.app().maxActiveRequests = 1;
		const first = block('#work 300 hi');
		await new Promise((resolve) => setTimeout(resolve, 100));
		const second = await block('hi');
		expect(second.status).toBe(400);
		expect(second.json).toMatchObject({
			code: 'invalid_param',
			message: expect.stringMatching(/ 1\.$/),
		});
		expect(second.headers.get('retry-after')).toBeNull();
		expect((await first).status).toBe(200);
	});

	it('refuses apps of another kind, and apps without a published version', async () => {
		const workflow = await call(
			simulator,
			'POST',
			'/chat-messages',
			chatBody('hi'),
			'app-workflow-key',
		);
		expect(workflow.json).toMatchObject({ code: 'not_chat_app', status: 400 });
		simulator.app().published = false;
		expect((await block('hi')).json).toMatchObject({ code: 'app_unavailable', status: 400 });
	});

	it('counts accepted messages by query', async () => {
		await block('same');
		await block('same');
		await block('', {});
		await call(simulator, 'POST', '/chat-messages', chatBody('same'), 'app-wrong-key');
		expect(simulator.acceptedChats('same')).toBe(2);
		expect(simulator.counters().byQuery.same).toBe(3);
	});

	it('strips image markdown from the saved answer before 1.16', async () => {
		const saved = async (): Promise<string> => {
			const { json } = await block('#image');
			return simulator.state.messages.get(String(json.message_id))?.answer ?? '';
		};
		expect(await saved()).not.toContain('![cat]');
		simulator.setVersion('1.16');
		expect(await saved()).toContain('![cat](https://chatflow.example/cat.png)');
	});
});
