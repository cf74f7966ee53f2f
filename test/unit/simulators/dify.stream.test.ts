import {
	DIFY_VERSIONS,
	LONG_IDS,
	startDifySimulator,
	UTF8_TEXT,
	type DifySimulator,
} from '../../simulators/dify/index';
import {
	call,
	chat,
	chatBody,
	dataOf,
	eventually,
	named,
	names,
	openChat,
	StreamReader,
	type Dict,
} from './dify.helpers';

describe('chat stream of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator({ settings: { idleTimeoutMs: 300 } });
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	it('starts with a bare ping since 1.13 and sends UTF-8 that is not escaped', async () => {
		const text = await (await openChat(simulator, 'Grüße 你好')).text();
		expect(text.startsWith('event: ping\n\ndata: {"event":"workflow_started"')).toBe(true);
		expect(text).toContain('Grüße ');
		expect(text).toContain('你好');
		simulator.setVersion('1.12');
		const older = await (await openChat(simulator, 'hi')).text();
		expect(older.startsWith('data: {"event":"workflow_started"')).toBe(true);
	});

	it('answers with the content type of the real servers', async () => {
		const streaming = await openChat(simulator, 'hi');
		await streaming.text();
		expect(streaming.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
		const blocking = await call(simulator, 'POST', '/chat-messages', {
			...chatBody('hi'),
			response_mode: 'blocking',
		});
		expect(blocking.headers.get('content-type')).toBe('application/json; charset=utf-8');
	});

	it('gives every event the envelope of its kind', async () => {
		const events = (await chat(simulator, '#agent hi')).slice(1);
		const first = events[0] as Dict;
		for (const event of events) {
			expect(event).toMatchObject({
				conversation_id: first.conversation_id,
				message_id: first.message_id,
				created_at: first.created_at,
				task_id: first.task_id,
			});
			const isPlain = ['message', 'message_end', 'agent_log'].includes(String(event.event));
			expect('workflow_run_id' in event).toBe(!isPlain);
		}
		for (const name of ['message', 'message_end']) {
			expect(named(events, name)[0]?.id).toBe(first.message_id);
		}
	});

	it('leaves task_id, code and ids out of errors as each version does', async () => {
		const [, worker] = await chat(simulator, '#error');
		expect(worker).toEqual({ event: 'error', message: expect.any(String), status: 500 });
		simulator.setVersion('1.12');
		const [old] = await chat(simulator, '#error');
		expect(old).toMatchObject({ code: 'provider_not_initialize', status: 400 });
		expect(old).not.toHaveProperty('task_id');
		const failed = named(await chat(simulator, '#fail-node x'), 'error')[0];
		expect(failed).toMatchObject({
			code: 'invalid_param',
			message: expect.stringMatching(/^Run failed: /),
		});
	});

	it('carries the fields that real events have beyond the specification', async () => {
		const events = await chat(simulator, 'hi');
		expect(dataOf(named(events, 'workflow_started')[0])).toMatchObject({
			reason: 'initial',
			inputs: { 'sys.query': 'hi', 'sys.user_id': 'abc', 'sys.files': [] },
		});
		expect(dataOf(named(events, 'workflow_finished')[0])).toMatchObject({
			status: 'succeeded',
			outputs: { answer: 'Echo: hi', files: [] },
			created_by: { user: 'abc' },
			exceptions_count: 0,
		});
		const llm = named(events, 'node_finished').map(dataOf)[1];
		expect(llm).toMatchObject({ node_type: 'llm', inputs_truncated: false, files: [] });
		expect(named(events, 'message')[0]?.from_variable_selector).toEqual(['llm', 'text']);
		const { metadata } = named(events, 'message_end')[0] as { metadata: { usage: Dict } };
		expect(metadata).toMatchObject({ annotation_reply: null, retriever_resources: [] });
		expect(typeof metadata.usage.total_price).toBe('string');
	});

	it('has the parallel fields only on 1.8 and the truncation fields only later', async () => {
		simulator.setVersion('1.8');
		const old = dataOf(named(await chat(simulator, 'hi'), 'node_started')[0]);
		expect(old).toHaveProperty('parallel_id');
		expect(old).not.toHaveProperty('inputs_truncated');
		simulator.setVersion('1.12');
		const newer = dataOf(named(await chat(simulator, 'hi'), 'node_started')[0]);
		expect(newer).not.toHaveProperty('parallel_id');
		expect(newer).toHaveProperty('inputs_truncated');
	});

	it('removes annotation_reply on an annotation hit', async () => {
		simulator.setVersion('1.12');
		const [end] = named(await chat(simulator, '#annotation'), 'message_end');
		expect(end?.metadata).not.toHaveProperty('annotation_reply');
	});

	it('replaces a moderated answer, and once more right before the end', async () => {
		const events = await chat(simulator, '#moderation one two three four');
		const replaced = named(events, 'message_replace');
		expect(replaced).toHaveLength(2);
		expect(replaced[0]).toMatchObject({ answer: '[moderated] ', reason: 'output_moderation' });
		const order = names(events);
		expect(order.lastIndexOf('message_replace')).toBe(order.indexOf('message_end') - 1);
		const history = await call(
			simulator,
			'GET',
			`/messages?user=abc&conversation_id=${String(events[1]?.conversation_id)}`,
		);
		expect(history.json.data).toMatchObject([{ answer: replaced[1]?.answer }]);
	});

	it('ends a run as stopped when moderation replaces it directly', async () => {
		const events = await chat(simulator, '#moderation direct one two three');
		expect(dataOf(events.at(-1))).toMatchObject({ status: 'stopped' });
	});

	it('ends as partial-succeeded when a failing node is tolerated', async () => {
		const events = await chat(simulator, '#partial hi');
		expect(dataOf(events.at(-1))).toMatchObject({
			status: 'partial-succeeded',
			exceptions_count: 1,
		});
		const risky = named(events, 'node_finished').map(dataOf)[1];
		expect(risky).toMatchObject({ status: 'exception' });
	});

	it('numbers iteration passes, and interleaves them when parallel', async () => {
		const events = await chat(simulator, '#iteration 3 parallel hi');
		expect(named(events, 'iteration_next').map((event) => dataOf(event).index)).toEqual([0, 1, 2]);
		const nested = named(events, 'node_started')
			.map(dataOf)
			.filter((data) => data.iteration_id === 'iteration');
		expect(nested).toHaveLength(6);
		// Three passes start their first node before any starts its second.
		expect(nested.slice(0, 3).map((data) => data.node_id)).toEqual(Array(3).fill('iteration-code'));
		const runs = named(events, 'node_finished')
			.map((event) => dataOf(event).execution_metadata as Dict)
			.filter((metadata) => metadata.iteration_id)
			.map((metadata) => metadata.parallel_mode_run_id);
		expect(new Set(runs).size).toBe(3);
		const [completed] = named(events, 'iteration_completed').map(dataOf);
		expect(completed).toMatchObject({
			id: 'iteration',
			status: 'succeeded',
			error: null,
			steps: 3,
		});
		expect(names(events)).not.toContain('iteration');
		const containers = named(events, 'node_started').filter(
			(e) => dataOf(e).node_type === 'iteration',
		);
		expect(containers).toEqual([]);
	});

	it('loops with the output of the pass before', async () => {
		const next = named(await chat(simulator, '#loop 2 hi'), 'loop_next').map(dataOf);
		expect(next.map((data) => data.pre_loop_output)).toEqual([null, 'loop 1 done']);
	});

	it('retries a node with a growing retry_index and status retry', async () => {
		const retries = named(await chat(simulator, '#retry 3 hi'), 'node_retry').map(dataOf);
		expect(retries.map((data) => data.retry_index)).toEqual([1, 2, 3]);
		expect(retries[0]).toMatchObject({ status: 'retry', error: 'Connection refused' });
	});

	it('reasons in own events since 1.15 and inside the answer before', async () => {
		simulator.setVersion('1.15');
		const newer = await chat(simulator, '#reasoning hi');
		const chunks = named(newer, 'reasoning_chunk').map(dataOf);
		expect(chunks.map((data) => data.is_final)).toEqual([false, false, true]);
		const [end] = named(newer, 'message_end') as Array<{ metadata: Dict }>;
		expect(end?.metadata.reasoning).toEqual({ llm: chunks.map((data) => data.reasoning).join('') });
		simulator.setVersion('1.14');
		const older = await chat(simulator, '#reasoning hi');
		const answer = named(older, 'message')
			.map((event) => event.answer)
			.join('');
		expect(answer).toMatch(/^<think>.*<\/think>\nEcho: hi$/s);
	});

	it('writes integers beyond 2^53 as bare digits', async () => {
		const text = await (await openChat(simulator, '#long-ids hi')).text();
		for (const id of LONG_IDS) expect(text).toContain(`{"id":${id},`);
	});

	it('splits multi-byte characters across TCP chunks', async () => {
		const response = await openChat(simulator, '#utf8');
		const chunks: Uint8Array[] = [];
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
			chunks.push(chunk);
		const broken = chunks.filter((chunk) => Buffer.from(chunk).toString('utf8').includes('\ufffd'));
		expect(broken.length).toBeGreaterThan(0);
		const whole = Buffer.concat(chunks).toString('utf8');
		expect(whole).not.toContain('\ufffd');
		expect(whole).toContain('"answer":"你好，世界 "');
		expect(UTF8_TEXT).toContain('你好，世界');
	});

	it('sends unknown events, comments and fields when asked', async () => {
		const text = await (await openChat(simulator, '#unknown-event hi')).text();
		expect(text).toContain('"event":"future_event"');
		expect(text).toContain(': a comment\nretry: 5000\nid: 77\n\n');
	});

	it('adds ids, a run header and a warning for top-level files on the newest version', async () => {
		simulator.setVersion('1.17');
		const files = [
			{ type: 'image', transfer_method: 'remote_url', url: 'https://x.example/a.png' },
		];
		const response = await openChat(simulator, 'hi', { files });
		const text = await response.text();
		const runId = response.headers.get('x-workflow-run-id');
		expect(text).toContain(`"workflow_run_id":"${String(runId)}"`);
		expect(text.startsWith('event: ping\n\nid: 1\ndata: {"event":"warning"')).toBe(true);
	});

	it('keeps a stream alive with pings while it works, and not when it hangs', async () => {
		simulator.settings.pingIntervalMs = 30;
		const working = await chat(simulator, '#work 150 hi');
		expect(named(working, 'ping').length).toBeGreaterThanOrEqual(4);
		const hanging = await chat(simulator, '#hang hi');
		expect(named(hanging, 'ping')).toHaveLength(1);
		expect(names(hanging)).not.toContain('workflow_finished');
	});

	it('keeps silent in the queue, except for the first ping', async () => {
		simulator.settings.pingIntervalMs = 30;
		const reader = new StreamReader(await openChat(simulator, '#queue 150 hi'));
		await reader.until('workflow_started');
		expect(named(reader.events, 'ping')).toHaveLength(1);
		await reader.rest();
	});

	it('breaks the connection after so many events or bytes', async () => {
		for (const [query, kept] of [
			['#cut-events 3 hi', (text: string) => text.split('data: ').length - 1 === 3],
			['#cut-bytes 100 hi', (text: string) => Buffer.byteLength(text) === 100],
		] as const) {
			const reader = new StreamReader(await openChat(simulator, query));
			await expect(reader.rest()).rejects.toThrow();
			expect(kept(reader.text)).toBe(true);
		}
	});

	it('produces many events quickly', async () => {
		const events = await chat(simulator, '#big 5001');
		expect(named(events, 'message')).toHaveLength(5001);
		expect(named(events, 'message').at(-1)?.answer).toBe('t0 ');
	});

	it('answers from the conversation, which belongs to one user', async () => {
		const [, first] = await chat(simulator, 'My name is Ada');
		const conversation = { conversation_id: first?.conversation_id };
		const second = await chat(simulator, '#recall', conversation);
		const text = named(second, 'message')
			.map((event) => event.answer)
			.join('');
		expect(text).toBe('Before that you said: My name is Ada');
		const foreign = await call(simulator, 'POST', '/chat-messages', {
			...chatBody('#recall', conversation),
			user: 'somebody else',
			response_mode: 'blocking',
		});
		expect(foreign.status).toBe(404);
	});

	it.each(DIFY_VERSIONS)('treats an unknown conversation as %s does', async (version) => {
		simulator.setVersion(version);
		const id = '11111111-2222-4333-8444-555555555555';
		const response = await openChat(simulator, 'hi', { conversation_id: id });
		const text = await response.text();
		const newest = ['1.15', '1.16', '1.17'].includes(version);
		if (version === '1.8' || version === '1.12') {
			expect(response.status).toBe(404);
			expect(text).toContain('"message":"Conversation Not Exists."');
		} else if (newest) {
			expect(text).toContain('workflow_finished');
			expect(text).not.toContain(id);
		} else {
			expect(text).toBe('event: ping\n\n');
		}
	});

	it('stops a run, even for another user, and tells success for anything', async () => {
		const reader = new StreamReader(await openChat(simulator, '#slow 20 #words 500'));
		const { task_id: task } = await reader.until('message');
		const path = `/chat-messages/${String(task)}/stop`;
		expect((await call(simulator, 'POST', path, { user: 'other' })).json).toEqual({
			result: 'success',
		});
		const events = await reader.rest();
		expect(dataOf(events.at(-1))).toMatchObject({
			status: 'failed',
			error: 'Aborted: User requested stop',
		});
		expect((await call(simulator, 'POST', path, { user: 'abc' })).status).toBe(200);
		expect((await call(simulator, 'POST', path, {})).json).toMatchObject({
			code: 'invalid_param',
			message: 'Arg user must be provided.',
		});
	});

	it('finishes a non-streaming node before a stop on 1.14', async () => {
		simulator.settings.idleTimeoutMs = 60_000;
		const timeToStop = async (): Promise<number> => {
			const reader = new StreamReader(await openChat(simulator, '#work 600 hi'));
			const { task_id: task } = await reader.until('workflow_started');
			const startedAt = Date.now();
			await call(simulator, 'POST', `/chat-messages/${String(task)}/stop`, { user: 'abc' });
			expect(dataOf((await reader.rest()).at(-1)).error).toMatch(/stop/i);
			return Date.now() - startedAt;
		};
		expect(await timeToStop()).toBeLessThan(450);
		simulator.setVersion('1.14');
		expect(await timeToStop()).toBeGreaterThan(450);
	});

	it('goes on after the client has left since 1.13, and dies with it before', async () => {
		const leave = async (): Promise<string> => {
			const reader = new StreamReader(await openChat(simulator, '#slow 10 #words 20'));
			const { workflow_run_id: run } = await reader.until('workflow_started');
			await reader.until('message');
			await reader.cancel();
			return String(run);
		};
		const status = (run: string): string => simulator.state.runs.get(run)?.status ?? '';
		const worker = await leave();
		await eventually(() => status(worker) === 'succeeded');
		simulator.setVersion('1.12');
		const inRequest = await leave();
		await eventually(() => status(inRequest) === 'stopped');
	});
});
