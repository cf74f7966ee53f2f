import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import {
	call,
	chat,
	dataOf,
	eventsOf,
	eventually,
	named,
	names,
	StreamReader,
	type Dict,
} from './dify.helpers';

describe('human input and resuming of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator({ version: '1.14' });
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	interface Paused {
		run: string;
		task: string;
		conversation: string;
		tokens: string[];
	}

	async function pause(query = '#pause please'): Promise<Paused> {
		const events = await chat(simulator, query);
		const last = events.at(-1) as Dict;
		return {
			run: String(last.workflow_run_id),
			task: String(last.task_id),
			conversation: String(last.conversation_id),
			tokens: named(events, 'human_input_required').map((event) =>
				String(dataOf(event).form_token),
			),
		};
	}

	async function submit(token: string | undefined, body: Dict = {}) {
		return await call(simulator, 'POST', `/form/human_input/${String(token)}`, {
			...{ user: 'abc', action: 'approve', inputs: { comment: 'fine' } },
			...body,
		});
	}

	async function follow(run: string, query: string): Promise<Response> {
		return await fetch(`${simulator.baseUrl}/workflow/${run}/events?${query}`, {
			headers: { Authorization: `Bearer ${simulator.apiKey}` },
		});
	}

	it('pauses with the form in both events and empty outputs', async () => {
		const events = await chat(simulator, '#pause please');
		const form = dataOf(named(events, 'human_input_required')[0]);
		expect(form).toMatchObject({
			form_content: 'Please check: please',
			actions: [{ id: 'approve', title: 'Approve', button_style: 'primary' }, { id: 'reject' }],
			display_in_ui: true,
			resolved_default_values: { comment: 'Looks good' },
		});
		expect(dataOf(events.at(-1))).toMatchObject({
			status: 'paused',
			outputs: {},
			reasons: [{ TYPE: 'human_input_required', form_token: form.form_token }],
		});
	});

	it('gives no token for e-mail forms and on versions without the calls', async () => {
		expect((await pause('#pause email')).tokens).toEqual(['null']);
		simulator.setVersion('1.13.1');
		const { tokens } = await pause();
		expect(tokens).toEqual(['null']);
		expect((await call(simulator, 'GET', '/form/human_input/x')).text).toContain(
			'<h1>Not Found</h1>',
		);
		expect((await follow('x', 'user=abc')).status).toBe(404);
	});

	it('shows the form until it is submitted', async () => {
		const { tokens } = await pause();
		const path = `/form/human_input/${String(tokens[0])}`;
		expect((await call(simulator, 'GET', path)).json).toEqual({
			form_content: 'Please check: please',
			inputs: [expect.objectContaining({ type: 'paragraph', output_variable_name: 'comment' })],
			resolved_default_values: { comment: 'Looks good' },
			user_actions: expect.any(Array),
			expiration_time: expect.any(Number),
		});
		expect((await call(simulator, 'GET', '/form/human_input/unknown')).json.code).toBe('not_found');
		const foreign = await call(simulator, 'GET', path, undefined, 'app-second-key');
		expect(foreign.status).toBe(404);
		expect((await submit(tokens[0])).json).toEqual({});
		expect((await call(simulator, 'GET', path)).json).toMatchObject({
			...{ code: 'human_input_form_submitted', status: 412 },
		});
		expect((await submit(tokens[0])).status).toBe(412);
	});

	it('checks what is submitted', async () => {
		const [token] = (await pause()).tokens;
		expect((await submit(token, { action: 'dance' })).json.code).toBe('invalid_form_data');
		expect((await submit(token, { inputs: {} })).json.code).toBe('invalid_form_data');
		expect((await submit(token, { inputs: { comment: 5 } })).json.code).toBe('invalid_form_data');
		expect((await submit(token, { user: '' })).json.message).toBe('Arg user must be provided.');
		expect((await submit(token, { action: undefined })).json.code).toBe('invalid_param');
	});

	it('offers select and file inputs since 1.15', async () => {
		simulator.setVersion('1.15');
		const [token] = (await pause('#pause rich')).tokens;
		const bad = { comment: 'x', priority: 'medium' };
		expect((await submit(token, { inputs: bad })).json.code).toBe('invalid_form_data');
		const file = {
			type: 'document',
			transfer_method: 'remote_url',
			url: 'https://x.example/a.pdf',
		};
		const good = { comment: 'x', priority: 'low', proof: file, extras: [file] };
		expect((await submit(token, { inputs: good })).status).toBe(200);
	});

	it('goes on after the last form and answers with the decision', async () => {
		const { run, tokens, conversation } = await pause('#pause 2');
		await submit(tokens[0]);
		expect(simulator.state.runs.get(run)?.status).toBe('paused');
		await submit(tokens[1], { action: 'reject' });
		await eventually(() => simulator.state.runs.get(run)?.status === 'succeeded');
		const history = await call(
			simulator,
			'GET',
			`/messages?user=abc&conversation_id=${conversation}`,
		);
		expect(history.json.data).toMatchObject([
			{ answer: 'Decision: approve.', extra_contents: [{ submitted: true }, { submitted: true }] },
		]);
	});

	it('shows a paused message in the history as paused', async () => {
		const { conversation } = await pause();
		const history = await call(
			simulator,
			'GET',
			`/messages?user=abc&conversation_id=${conversation}`,
		);
		expect(history.json.data).toMatchObject([{ status: 'paused', answer: '' }]);
	});

	it('replays a paused run and ends at the pause', async () => {
		const { run } = await pause();
		const response = await follow(run, 'user=abc&include_state_snapshot=true');
		const events = eventsOf(await response.text());
		expect(names(events)).toEqual([
			...['workflow_started', 'message_replace', 'node_started', 'node_finished'],
			...['node_started', 'human_input_required', 'workflow_paused'],
		]);
		expect(dataOf(named(events, 'node_finished')[0])).toMatchObject({
			inputs: null,
			outputs: null,
		});
		expect(named(events, 'message_replace')[0]).toMatchObject({ answer: '', reason: '' });
	});

	it('follows a resumed run to its end', async () => {
		const { run, tokens } = await pause();
		const query = 'user=abc&include_state_snapshot=true&continue_on_pause=true';
		const reader = new StreamReader(await follow(run, query));
		await reader.until('workflow_paused');
		await submit(tokens[0]);
		const events = await reader.rest();
		const resumed = events.slice(names(events).indexOf('workflow_paused') + 1);
		expect(names(resumed)).toEqual([
			...['workflow_started', 'human_input_form_filled', 'node_finished', 'node_started'],
			...['message', 'message', 'node_finished', 'node_started', 'node_finished'],
			...['message_end', 'workflow_finished'],
		]);
		expect(dataOf(resumed[0])).toMatchObject({ reason: 'resumption' });
		expect(dataOf(resumed[1])).toMatchObject({
			action_id: 'approve',
			action_text: 'Approve',
			submitted_data: { comment: 'fine' },
		});
	});

	it('treats no event as terminal with continue_on_pause and no snapshot', async () => {
		const { run, tokens } = await pause();
		simulator.settings.idleTimeoutMs = 200;
		simulator.settings.pingIntervalMs = 40;
		const reader = new StreamReader(await follow(run, 'user=abc&continue_on_pause=true'));
		await submit(tokens[0]);
		await reader.until('workflow_finished');
		const finishedAt = Date.now();
		const events = await reader.rest();
		expect(Date.now() - finishedAt).toBeGreaterThan(120);
		expect(names(events).at(-1)).toBe('ping');
	});

	it('gives exactly one event for a finished run, without ids of the conversation', async () => {
		const [, started] = await chat(simulator, 'Grüezi');
		const run = String(started?.workflow_run_id);
		const text = await (await follow(run, 'user=abc')).text();
		const events = eventsOf(text);
		expect(events).toHaveLength(1);
		expect(events[0]).toMatchObject({ event: 'workflow_finished', task_id: run });
		expect(events[0]).not.toHaveProperty('conversation_id');
		expect(text).toContain('\\u00fc');
	});

	it('lets only the user of the run follow it', async () => {
		const { run } = await pause();
		expect((await follow(run, 'user=other')).status).toBe(404);
		expect((await follow(run, '')).status).toBe(400);
	});

	it('loses the text after a resume on 1.15, except in the answer node', async () => {
		simulator.setVersion('1.15');
		const { run, tokens } = await pause();
		const query = 'user=abc&include_state_snapshot=true&continue_on_pause=true';
		const reader = new StreamReader(await follow(run, query));
		await reader.until('workflow_paused');
		await submit(tokens[0]);
		const events = await reader.rest();
		expect(names(events)).not.toContain('message');
		expect(dataOf(events.at(-1)).outputs).toMatchObject({ answer: '' });
		const answer = named(events, 'node_finished')
			.map(dataOf)
			.find((data) => data.node_type === 'answer');
		expect(answer?.outputs).toMatchObject({ answer: 'Decision: approve.' });
	});

	it('stops after the resume when /stop was ever called', async () => {
		const { run, task, tokens } = await pause();
		await call(simulator, 'POST', `/chat-messages/${task}/stop`, { user: 'abc' });
		expect(simulator.state.runs.get(run)?.status).toBe('paused');
		await submit(tokens[0]);
		await eventually(() => simulator.state.runs.get(run)?.status === 'stopped');
	});

	it('leaves parallel forms paused when told to have that bug', async () => {
		simulator.settings.parallelFormsBug = true;
		const { run, tokens } = await pause('#pause 2');
		for (const token of tokens) await submit(token);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(simulator.state.runs.get(run)?.status).toBe('paused');
	});

	it('goes on without an answer when the form expires', async () => {
		const { run, tokens } = await pause('#pause #expires 100');
		const reader = new StreamReader(await follow(run, 'user=abc'));
		const timeout = await reader.until('human_input_form_timeout');
		expect(dataOf(timeout)).toMatchObject({ node_id: 'human-input' });
		await reader.rest();
		expect((await submit(tokens[0])).json.code).toBe('human_input_form_expired');
	});

	it('recovers a run that goes on after the connection broke', async () => {
		const response = await fetch(`${simulator.baseUrl}/chat-messages`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${simulator.apiKey}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({
				query: '#cut-events 6 #slow 20 #words 12',
				inputs: {},
				user: 'abc',
				response_mode: 'streaming',
			}),
		});
		const broken = new StreamReader(response);
		await expect(broken.rest()).rejects.toThrow();
		const run = String(broken.events.at(-1)?.workflow_run_id ?? broken.events[1]?.workflow_run_id);
		const events = eventsOf(
			await (await follow(run, 'user=abc&include_state_snapshot=true')).text(),
		);
		const replaced = String(named(events, 'message_replace')[0]?.answer);
		const rest = named(events, 'message').map((event) => event.answer);
		const words = Array.from({ length: 12 }, (_, index) => `word${index + 1}`).join(' ');
		// While the run goes on, the snapshot does not hold the text so far.
		expect(replaced).toBe('');
		expect(rest).not.toEqual([]);
		expect(words.endsWith(rest.join('').trimStart())).toBe(true);
		expect(names(events).at(-1)).toBe('workflow_finished');
	});
});
