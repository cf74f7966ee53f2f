import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import { call, chat, type Dict } from './dify.helpers';

const UUID = '11111111-2222-4333-8444-555555555555';

describe('endpoints of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator();
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	const get = async (path: string, key?: string) =>
		await call(simulator, 'GET', path, undefined, key);

	/** Sends a message and gives its ids. */
	async function say(query: string, extra: Dict = {}): Promise<Record<string, string>> {
		const events = await chat(simulator, query, extra);
		return events.find((event) => event.event === 'workflow_started') as Record<string, string>;
	}

	/** A conversation of these questions, the last one just now; gives its id. */
	function talk(queries: string[], apartMs: number): string {
		const now = Date.now() - queries.length * apartMs;
		const { id } = simulator.seed.conversation({ user: 'abc', createdAt: now });
		queries.forEach((query, i) => {
			simulator.seed.message({ conversationId: id, query, createdAt: now + i * apartMs });
		});
		return id;
	}

	it('refuses missing and wrong keys with 401', async () => {
		const wrong = await get('/info', 'app-wrong-key');
		expect(wrong.json).toEqual({
			code: 'unauthorized',
			message: 'Access token is invalid',
			status: 401,
		});
		expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="api"');
		const none = await fetch(`${simulator.baseUrl}/info`);
		expect(none.status).toBe(401);
		const scheme = await fetch(`${simulator.baseUrl}/info`, {
			headers: { Authorization: 'Basic abc' },
		});
		expect(((await scheme.json()) as Dict).message).toBe("Authorization scheme must be 'Bearer'");
	});

	it('refuses disabled apps with 403, under a more telling code on the newest version', async () => {
		simulator.app().apiEnabled = false;
		expect((await get('/info')).json).toMatchObject({ code: 'forbidden', status: 403 });
		simulator.setVersion('1.17');
		expect((await get('/info')).json.code).toBe('app_api_disabled');
		simulator.app().apiEnabled = true;
		simulator.app().workspaceArchived = true;
		expect((await get('/info')).json.code).toBe('workspace_archived');
	});

	it('answers unknown routes with HTML, and wrong methods with 405', async () => {
		const unknown = await get('/nothing/here');
		expect(unknown.status).toBe(404);
		expect(unknown.headers.get('content-type')).toMatch('text/html');
		expect(unknown.text).toContain('<title>404 Not Found</title>');
		expect((await call(simulator, 'POST', '/info', {})).json.code).toBe('method_not_allowed');
	});

	it('tells its version without a key', async () => {
		simulator.setVersion('1.14');
		for (const path of ['/v1/', '/v1']) {
			const response = await fetch(simulator.origin + path);
			expect(await response.json()).toMatchObject({ server_version: '1.14.2' });
		}
	});

	it('describes apps of every mode', async () => {
		expect((await get('/info', 'app-workflow-key')).json.mode).toBe('workflow');
		const { json } = await get('/parameters');
		const types = (json.user_input_form as Dict[]).flatMap((item) => Object.keys(item));
		expect(types).toEqual([
			...['text-input', 'paragraph', 'select', 'number', 'checkbox', 'file', 'file-list'],
		]);
		expect(json.text_to_speech).toMatchObject({ voice: 'alloy', autoPlay: 'disabled' });
		expect((await get('/meta')).json.tool_icons).toHaveProperty('calculator');
		expect((await get('/site')).json.title).toBe('Demo Chatflow');
		simulator.app().site = null;
		expect((await get('/site')).json).toMatchObject({ code: 'forbidden', status: 403 });
	});

	it('gives the newest messages, ascending inside the page', async () => {
		const id = talk(['one', 'two', 'three', 'four', 'five'], 1000);
		const page = async (extra: string) =>
			await get(`/messages?user=abc&conversation_id=${String(id)}&limit=2${extra}`);
		const queries = (answer: { json: Dict }) =>
			(answer.json.data as Dict[]).map((item) => item.query);
		const first = await page('');
		expect(queries(first)).toEqual(['four', 'five']);
		expect(first.json.has_more).toBe(true);
		const cursor = (first.json.data as Dict[])[0]?.id;
		const second = await page(`&first_id=${String(cursor)}`);
		expect(queries(second)).toEqual(['two', 'three']);
		const last = await page(`&first_id=${String((second.json.data as Dict[])[0]?.id)}`);
		expect(queries(last)).toEqual(['one']);
		expect(last.json.has_more).toBe(false);
		expect((await page(`&first_id=${UUID}`)).json.message).toBe('First Message Not Exists.');
	});

	it('loses messages that share a second with the first of a page', async () => {
		const id = talk(['one', 'two', 'three', 'four', 'five'], 0);
		const path = `/messages?user=abc&conversation_id=${id}&limit=2`;
		const { data, has_more: hasMore } = (await get(path)).json;
		expect({ hasMore, count: (data as Dict[]).length }).toEqual({ hasMore: true, count: 2 });
		const next = await get(`${path}&first_id=${String((data as Dict[])[0]?.id)}`);
		expect(next.json).toMatchObject({ data: [], has_more: false });
	});

	it('lists no messages for an empty conversation id and none of another user', async () => {
		const { conversation_id: id } = await say('one');
		const empty = await get('/messages?user=abc&conversation_id=');
		expect(empty.json).toEqual({ limit: 20, has_more: false, data: [] });
		const foreign = await get(`/messages?user=other&conversation_id=${String(id)}`);
		expect(foreign.json.message).toBe('Conversation Not Exists.');
		const unnamed = await get(`/messages?conversation_id=${String(id)}`);
		expect(unnamed.status).toBe(404);
		expect((await get('/messages?user=abc')).status).toBe(400);
	});

	it.each([
		'/messages?conversation_id=&user=a&limit=101',
		'/conversations?limit=0',
		'/conversations?limit=x',
	])('refuses the limit of %s', async (path) => {
		expect((await get(path)).json).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('lists only the conversations of the user that came through the API', async () => {
		const now = Date.now();
		const talkOf = (name: string, createdAt: number) =>
			simulator.seed.conversation({ user: 'abc', name, createdAt });
		talkOf('first question of mine', now - 5000);
		talkOf('second', now);
		simulator.seed.conversation({ user: 'abc', fromApi: false });
		const all = await get('/conversations?user=abc');
		expect((all.json.data as Dict[]).map((item) => item.name)).toEqual([
			...['second', 'first question of mine'],
		]);
		const byAge = await get('/conversations?user=abc&sort_by=created_at&limit=1');
		expect(byAge.json).toMatchObject({
			has_more: true,
			data: [{ name: 'first question of mine' }],
		});
		const lastId = String((byAge.json.data as Dict[])[0]?.id);
		const next = await get(`/conversations?user=abc&sort_by=created_at&limit=1&last_id=${lastId}`);
		expect(next.json).toMatchObject({ has_more: false, data: [{ name: 'second' }] });
		expect((await get('/conversations')).json.data).toEqual([]);
		expect((await get(`/conversations?user=abc&last_id=${UUID}`)).json.message).toBe(
			'Last Conversation Not Exists.',
		);
		expect((await get('/conversations?user=abc&sort_by=name')).status).toBe(400);
	});

	it('deletes a conversation only with a JSON body', async () => {
		const { conversation_id: id } = await say('hi');
		const url = `${simulator.baseUrl}/conversations/${String(id)}`;
		const headers = { Authorization: `Bearer ${simulator.apiKey}` };
		expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(415);
		const typed = { ...headers, 'Content-Type': 'application/json' };
		expect((await fetch(url, { method: 'DELETE', headers: typed })).status).toBe(400);
		// {} is allowed, but then DEFAULT-USER asks.
		expect((await fetch(url, { method: 'DELETE', headers: typed, body: '{}' })).status).toBe(404);
		const done = await call(simulator, 'DELETE', `/conversations/${String(id)}`, { user: 'abc' });
		expect([done.status, done.text]).toEqual([204, '']);
		expect((await get('/conversations?user=abc')).json.data).toEqual([]);
		expect(
			(await call(simulator, 'DELETE', '/conversations/not-a-uuid', { user: 'abc' })).text,
		).toContain('<h1>Not Found</h1>');
	});

	it('renames a conversation, by hand or from its first query', async () => {
		const { conversation_id: id } = await say('how does it work', { auto_generate_name: false });
		const rename = async (body: Dict) =>
			await call(simulator, 'POST', `/conversations/${String(id)}/name`, { user: 'abc', ...body });
		expect((await get('/conversations?user=abc')).json.data).toMatchObject([
			{ name: 'New conversation' },
		]);
		expect((await rename({ name: 'Mine' })).json.name).toBe('Mine');
		expect((await rename({ auto_generate: true })).json.name).toBe('how does it work');
		expect((await rename({ name: ' ' })).json).toMatchObject({ code: 'invalid_param' });
		const empty = simulator.seed.conversation({ user: 'abc' });
		const nothing = await call(simulator, 'POST', `/conversations/${empty.id}/name`, {
			user: 'abc',
			auto_generate: true,
		});
		expect(nothing.status).toBe(500);
	});

	it('writes variables as Python does and skips those made together on page 2', async () => {
		const { conversation_id: id } = await say('hi');
		const path = `/conversations/${String(id)}/variables?user=abc`;
		const all = (await get(path)).json.data as Dict[];
		expect(Object.fromEntries(all.map((item) => [item.name, item.value]))).toEqual({
			last_query: 'hi',
			turns: '1',
			vip: 'True',
			tags: `['new', "it's"]`,
			profile: "{'plan': 'free', 'age': 7}",
		});
		const page = await get(`${path}&limit=2`);
		expect(page.json.has_more).toBe(true);
		const lastId = String((page.json.data as Dict[])[1]?.id);
		expect((await get(`${path}&limit=2&last_id=${lastId}`)).json.data).toEqual([]);
		expect((await get(`${path}&last_id=${UUID}`)).status).toBe(400);
		expect((await get(`${path}&variable_name=TAG`)).status).toBe(500);
		expect((await get(`${path}&variable_name=a%20b`)).status).toBe(400);
	});

	it('checks the type of a new variable value', async () => {
		const { conversation_id: id } = await say('hi');
		const variable = (name: string) =>
			simulator.state.variables.find((entry) => entry.name === name)?.id ?? '';
		const put = async (name: string, value: unknown) =>
			await call(simulator, 'PUT', `/conversations/${String(id)}/variables/${variable(name)}`, {
				user: 'abc',
				value,
			});
		expect((await put('tags', ['x', 'y'])).json.value).toBe("['x', 'y']");
		expect((await put('turns', 2.5)).json.value).toBe('2.5');
		expect((await put('last_query', 5)).json).toMatchObject({
			code: 'bad_request',
			message: expect.stringContaining(
				"Type mismatch: variable 'last_query' expects string, but got ",
			),
		});
		const unknown = await call(simulator, 'PUT', `/conversations/${String(id)}/variables/${UUID}`, {
			user: 'abc',
			value: 1,
		});
		expect(unknown.json.message).toBe('Conversation Variable Not Exists.');
	});

	it('takes feedback back with rating null, once', async () => {
		const { message_id: id } = await say('hi');
		const rate = async (body: Dict) =>
			await call(simulator, 'POST', `/messages/${String(id)}/feedbacks`, { user: 'abc', ...body });
		expect((await rate({ rating: null })).json).toMatchObject({
			code: 'invalid_param',
			status: 400,
		});
		expect((await rate({ rating: 'like', content: 'good' })).json).toEqual({ result: 'success' });
		expect((await rate({ rating: 'dislike' })).status).toBe(200);
		expect(simulator.state.feedbacks).toMatchObject([{ rating: 'dislike', content: null }]);
		expect((await rate({ rating: 'like', user: 'other' })).json.message).toBe(
			'Message Not Exists.',
		);
		expect((await rate({ rating: 'love' })).status).toBe(400);
		expect((await rate({ rating: null })).status).toBe(200);
		expect(simulator.state.feedbacks).toEqual([]);
	});

	it('lists feedback newest first and without a total', async () => {
		for (const createdAt of [1000, 3000, 2000]) {
			simulator.seed.feedback({
				content: String(createdAt),
				createdAt: 1_700_000_000_000 + createdAt,
			});
		}
		const { json } = await get('/app/feedbacks?limit=2');
		expect(Object.keys(json)).toEqual(['data']);
		expect((json.data as Dict[]).map((item) => item.content)).toEqual(['3000', '2000']);
		expect((json.data as Dict[])[0]?.created_at).toBe('2023-11-14T22:13:23.000000');
		expect((await get('/app/feedbacks?limit=2&page=2')).json.data).toMatchObject([
			{ content: '1000' },
		]);
		expect((await get('/app/feedbacks?limit=101')).status).toBe(200);
		expect((await get('/app/feedbacks?limit=102')).status).toBe(400);
	});

	it('suggests questions to the user of the message', async () => {
		const { message_id: id } = await say('hi');
		const path = `/messages/${String(id)}/suggested`;
		expect((await get(path)).json.message).toBe('Arg user must be provided.');
		expect((await get(`${path}?user=other`)).status).toBe(404);
		expect((await get(`${path}?user=abc`)).json).toMatchObject({ result: 'success' });
		simulator.app().suggestedAfterAnswer.modelError = true;
		expect((await get(`${path}?user=abc`)).status).toBe(500);
		simulator.app().suggestedAfterAnswer.enabled = false;
		expect((await get(`${path}?user=abc`)).json).toMatchObject({
			code: 'bad_request',
			status: 400,
		});
		simulator.setVersion('1.17');
		expect((await get(`${path}?user=abc`)).json).toMatchObject({
			code: 'app_suggested_questions_after_answer_disabled',
			status: 403,
		});
	});

	it('knows end users since 1.13', async () => {
		await say('hi');
		const [user] = [...simulator.state.endUsers.values()];
		const found = await get(`/end-users/${String(user?.id)}`);
		expect(found.json).toMatchObject({
			session_id: 'abc',
			is_anonymous: false,
			type: 'service_api',
		});
		expect(found.json.created_at).toMatch(/^\d{4}-\d\d-\d\dT/);
		expect((await get(`/end-users/${UUID}`)).json.code).toBe('end_user_not_found');
		simulator.setVersion('1.12');
		expect((await get(`/end-users/${String(user?.id)}`)).text).toContain('<h1>Not Found</h1>');
	});

	it('gives run detail with inputs as a JSON string', async () => {
		const { workflow_run_id: id } = await say('hi', { inputs: { city: 'Bern' } });
		const { json } = await get(`/workflows/run/${String(id)}`);
		expect(typeof json.inputs).toBe('string');
		expect(JSON.parse(String(json.inputs))).toMatchObject({ city: 'Bern', 'sys.query': 'hi' });
		expect(json).toMatchObject({
			status: 'succeeded',
			outputs: { answer: 'Echo: hi' },
			total_steps: 3,
		});
		expect((await get(`/workflows/run/${UUID}`)).json.message).toBe('Workflow run not found.');
		expect((await get(`/workflows/run/${String(id)}`, 'app-second-key')).status).toBe(404);
		expect((await get(`/workflows/run/${String(id)}`, 'app-chat-key')).json.code).toBe(
			'not_workflow_app',
		);
	});

	it('sorts logs of one second in another way on each page, as PostgreSQL does', async () => {
		const createdAt = Date.now();
		const ids = Array.from({ length: 25 }, () => simulator.seed.log({ createdAt }).id);
		const page = async (number: number, limit: number) => {
			const path = `/workflows/logs?limit=${limit}&page=${number}`;
			const { json } = await get(path, 'app-workflow-key');
			expect(json.total).toBe(25);
			return (json.data as Dict[]).map(({ id }) => ids.indexOf(String(id)));
		};
		// Measured: the rows of the heap of the first six, then of the whole list.
		expect(await page(1, 3)).toEqual([1, 2, 0]);
		expect(await page(2, 3)).toEqual([4, 5, 0]);
		expect(await page(3, 5)).toEqual([10, 11, 12, 13, 14]);
	});

	it.each([
		['1.14', 'running'],
		['1.15', 'stopped'],
	] as const)('%s says of a stopped run at first that it is %s', async (version, status) => {
		simulator.setVersion(version);
		simulator.settings.stoppedRowMs = 100;
		const { workflow_run_id: id } = await say('#stop-me 2 one two three four');
		const shown = async () => (await get(`/workflows/run/${String(id)}`)).json.status;
		expect(await shown()).toBe(status);
		await new Promise((resolve) => setTimeout(resolve, 110));
		expect(await shown()).toBe('stopped');
	});

	it('logs the runs of Workflow apps and none of Chatflow apps', async () => {
		await say('hi');
		expect((await get('/workflows/logs')).json).toEqual({
			...{ page: 1, limit: 20, total: 0, has_more: false, data: [] },
		});
		const body = { inputs: { query: '#fail-node apples' }, user: 'abc' };
		const run = await call(simulator, 'POST', '/workflows/run', body, 'app-workflow-key');
		expect(run.json).toMatchObject({ data: { status: 'failed' } });
		simulator.seed.log({ byAccount: true, createdAt: 1_700_000_000_000, text: 'pears' });
		const logs = async (query: string) =>
			((await get(`/workflows/logs?${query}`, 'app-workflow-key')).json.data ?? []) as Dict[];
		expect(await logs('')).toHaveLength(2);
		expect(await logs('keyword=APPLES')).toMatchObject([
			{ created_by_role: 'end_user', details: null, workflow_run: { status: 'failed' } },
		]);
		expect(await logs('status=succeeded')).toMatchObject([{ created_by_role: 'account' }]);
		expect(await logs('created_at__before=2024-01-01T00:00:00')).toHaveLength(1);
		expect(await logs('created_at__after=2024-01-01T00:00:00Z')).toHaveLength(1);
		expect(await logs('created_by_end_user_session_id=abc')).toHaveLength(1);
		expect(await logs('created_by_account=owner%40chatflow.example')).toHaveLength(1);
		const unknown = '/workflows/logs?created_by_account=nobody%40chatflow.example';
		expect((await get(unknown, 'app-workflow-key')).json).toMatchObject({ code: 'invalid_param' });
	});

	it('caps annotation pages at 100 and tells a false has_more', async () => {
		for (let index = 0; index < 120; index += 1)
			simulator.seed.annotation({ question: `q${index}` });
		const list = async (query: string) => (await get(`/apps/annotations?${query}`)).json;
		const large = await list('limit=150');
		expect(large).toMatchObject({ total: 120, limit: 150, has_more: false });
		expect(large.data).toHaveLength(100);
		expect(await list('limit=60&page=2')).toMatchObject({ has_more: true });
		expect((await list('limit=60&page=3')).data).toEqual([]);
		expect((await list('keyword=Q119')).data).toHaveLength(1);
	});

	it('creates, changes and deletes annotations', async () => {
		const made = await call(simulator, 'POST', '/apps/annotations', { question: 'q', answer: 'a' });
		expect(made.status).toBe(201);
		const path = `/apps/annotations/${String(made.json.id)}`;
		expect(
			(await call(simulator, 'PUT', path, { question: 'q2', answer: 'a2' })).json,
		).toMatchObject({
			...{ question: 'q2', hit_count: 0 },
		});
		expect((await call(simulator, 'POST', '/apps/annotations', { question: 'q' })).status).toBe(
			400,
		);
		expect((await call(simulator, 'DELETE', path)).status).toBe(204);
		expect((await call(simulator, 'DELETE', path)).json.code).toBe('not_found');
	});

	it('answers the question of an annotation with its answer while that is on', async () => {
		simulator.seed.annotation({ question: 'Who?', answer: 'Me.' });
		const body = { query: 'Who?', inputs: {}, user: 'abc' };
		const ask = async () => (await call(simulator, 'POST', '/chat-messages', body)).json.answer;
		expect(await ask()).toBe('Echo: Who?');
		simulator.app().annotationReply = true;
		expect(await ask()).toBe('Me.');
	});

	it('needs all settings to configure annotation replies and tells a running job', async () => {
		const settings = {
			score_threshold: 0.9,
			embedding_provider_name: 'openai',
			embedding_model_name: 'text-embedding-3-small',
		};
		simulator.settings.annotationJobMs = 200;
		simulator.app().annotationReply = true;
		const start = async (body: Dict) =>
			await call(simulator, 'POST', '/apps/annotation-reply/disable', body);
		expect((await start({})).status).toBe(400);
		const job = (await start(settings)).json;
		expect(job.job_status).toBe('waiting');
		expect((await start(settings)).json).toEqual({ job_id: job.job_id, job_status: 'processing' });
		const status = async (action: string, id: unknown) =>
			await get(`/apps/annotation-reply/${action}/status/${String(id)}`);
		expect((await status('enable', job.job_id)).json.message).toBe('The job does not exist.');
		expect((await status('disable', UUID)).status).toBe(400);
		await new Promise((resolve) => setTimeout(resolve, 250));
		expect((await status('disable', job.job_id)).json).toEqual({
			...{ job_id: job.job_id, job_status: 'completed', error_msg: '' },
		});
	});
});
