import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { runDify } from '../support/dify/run';

/** A run that asks a human, and how it goes on (Dify 1.14 and later). */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator({ version: '1.16' });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

interface Paused {
	run: string;
	ids: INodeParameters;
	tokens: string[];
	item: IDataObject;
}

async function pause(query = 'Please approve #pause'): Promise<Paused> {
	const { json } = await runDify(simulator, 'chat.send', { query, user: 'ann' });
	const item = json[0] ?? {};
	const forms = item.human_input as Array<{ form_token: string }>;
	return {
		run: String(item.workflow_run_id),
		ids: {
			conversationId: String(item.conversation_id),
			messageId: String(item.message_id),
		},
		tokens: forms.map(({ form_token }) => form_token),
		item,
	};
}

const getForm = async (formToken: string) =>
	await runDify(simulator, 'humanInput.getForm', { formToken });

const submit = async (formToken: string, more: INodeParameters = {}) =>
	await runDify(simulator, 'humanInput.submitForm', {
		formToken,
		user: 'ann',
		action: 'approve',
		inputs: '{"comment":"Fine"}',
		...more,
	});

async function resume(workflowRunId: string, more: INodeParameters = {}, run: DifyRun = {}) {
	const begin = Date.now();
	const parameters = { workflowRunId, user: 'ann', ...more };
	const result = await runDify(simulator, 'humanInput.resume', parameters, run);
	return { ...result, took: Date.now() - begin };
}

describe('a pause', () => {
	it('gives the form and everything that is needed to go on', async () => {
		const { item } = await pause();
		expect(item).toMatchObject({
			status: 'paused',
			user: 'ann',
			workflow_run_id: expect.any(String) as string,
			task_id: expect.any(String) as string,
			conversation_id: expect.any(String) as string,
			human_input: [
				{
					form_content: 'Please check: Please approve',
					form_token: expect.any(String) as string,
					inputs: [{ output_variable_name: 'comment', type: 'paragraph' }],
					actions: [{ id: 'approve' }, { id: 'reject' }],
					expiration_time: expect.any(Number) as number,
				},
			],
		});
	});

	it('gives a form without a token when it goes by e-mail only', async () => {
		const { item } = await pause('Please approve #pause email');
		expect(item.human_input).toMatchObject([{ form_token: null }]);
	});
});

describe('a form', () => {
	it('can be read', async () => {
		const { tokens } = await pause();
		const { json } = await getForm(tokens[0] ?? '');
		expect(json).toMatchObject([
			{
				form_token: tokens[0],
				form_content: 'Please check: Please approve',
				user_actions: [{ id: 'approve', title: 'Approve' }, { id: 'reject' }],
				resolved_default_values: { comment: 'Looks good' },
			},
		]);
		expect(simulator.requests.at(-1)).toMatchObject({
			method: 'GET',
			path: `/v1/form/human_input/${tokens[0]}`,
		});
	});

	it('can be submitted, with an action, inputs and the user', async () => {
		const { tokens } = await pause();
		const { json } = await submit(tokens[0] ?? '');
		expect(json).toEqual([{ submitted: true, form_token: tokens[0], action: 'approve' }]);
		expect(simulator.requests.at(-1)).toMatchObject({
			method: 'POST',
			path: `/v1/form/human_input/${tokens[0]}`,
			body: { inputs: { comment: 'Fine' }, action: 'approve', user: 'ann' },
		});
	});

	it('is not submitted twice, and says why', async () => {
		const { tokens } = await pause();
		await submit(tokens[0] ?? '');
		for (const { error } of [await submit(tokens[0] ?? ''), await getForm(tokens[0] ?? '')]) {
			expect(error).toMatchObject({
				message: 'The form has already been submitted',
				description: expect.stringMatching(/Resume/) as string,
				httpCode: '412',
			});
		}
	});

	it('that has expired says so', async () => {
		const { tokens } = await pause('x #pause #expires 100');
		await new Promise((resolve) => setTimeout(resolve, 150));
		const { error } = await submit(tokens[0] ?? '');
		expect(error?.message).toBe('The form has expired');
	});

	it('tells which value is not accepted', async () => {
		const { tokens } = await pause();
		const action = await submit(tokens[0] ?? '', { action: 'dance' });
		expect(action.error?.message).toMatch(/rejected the values of the form: Invalid action: dance/);
		const inputs = await submit(tokens[0] ?? '', { inputs: '{}' });
		expect(inputs.error?.message).toMatch(/Missing required inputs: comment/);
		const list = await submit(tokens[0] ?? '', { inputs: '[]' });
		expect(list.error?.message).toBe('Inputs is not a JSON object');
	});

	it('takes selections and files', async () => {
		const { tokens } = await pause('x #pause rich');
		const proof = {
			transfer_method: 'remote_url',
			url: 'https://chatflow.example/p.png',
			type: 'image',
		};
		const inputs = JSON.stringify({ comment: 'ok', priority: 'high', proof, extras: [proof] });
		const { json } = await submit(tokens[0] ?? '', { inputs });
		expect(json[0]).toMatchObject({ submitted: true });
	});

	it('that nobody knows, or a server before 1.14, is a plain sentence', async () => {
		expect((await getForm('unknown')).error?.message).toMatch(/did not find the record/);
		simulator.setVersion('1.13.1');
		const { error } = await getForm('unknown');
		expect(error?.description).toMatch(/Human Input needs 1\.14/);
	});
});

describe.each<DifyVersion>(['1.14', '1.15', '1.16', '1.17'])('a run of Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('goes on when its form was submitted', async () => {
		const { run, tokens, item } = await pause();
		await submit(tokens[0] ?? '');
		const { json, took } = await resume(run, { options: { timeout: 5 } });
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({ status: 'succeeded', workflow_run_id: run });
		expect(json[0]).not.toHaveProperty('human_input');
		expect(took).toBeLessThan(3_000);
		// Servers that tell a run that has ended leave the answer's text to its output.
		if (version !== '1.15') expect(json[0]?.answer).toBe('Decision: approve.');
		expect(simulator.acceptedChats(String(item.query ?? 'Please approve #pause'))).toBe(1);
	});

	it('is watched while it goes on, from the words before the pause to the last', async () => {
		simulator.settings.resumeDelayMs = 800;
		simulator.settings.deltaDelayMs = 20;
		const { run, tokens } = await pause();
		await submit(tokens[0] ?? '');
		const { json, chunks } = await resume(run, {}, { streaming: true });
		expect(json[0]).toMatchObject({ status: 'succeeded', answer: 'Decision: approve.' });
		const text = chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : []));
		expect(text.join('')).toBe('Decision: approve.');
		expect((json[0]?.nodes as IDataObject[]).map(({ node_id }) => node_id)).toEqual([
			'start',
			'human-input',
			'llm',
			'answer',
		]);
	});

	it('stays paused while another form waits', async () => {
		const { run, tokens } = await pause('x #pause 2');
		await submit(tokens[0] ?? '');
		const { json, took } = await resume(run);
		expect(json[0]).toMatchObject({
			status: 'paused',
			user: 'ann',
			human_input: [{ form_token: tokens[1] }],
		});
		expect(took).toBeLessThan(3_000);
		await submit(tokens[1] ?? '');
		const done = await resume(run, { options: { timeout: 5 } });
		expect(done.json[0]).toMatchObject({ status: 'succeeded' });
	});
});

describe('resuming', () => {
	it('takes the text from the history when the run has ended and its output has none', async () => {
		simulator.setVersion('1.15');
		const { run, tokens, ids } = await pause();
		await submit(tokens[0] ?? '');
		await new Promise((resolve) => setTimeout(resolve, 200));
		const { json } = await resume(run, { options: ids });
		expect(json[0]).toMatchObject({ answer: 'Decision: approve.', status: 'succeeded' });
	});

	it.each(['perNode', 'events'])('gives output mode %s', async (outputMode) => {
		simulator.settings.resumeDelayMs = 300;
		const { run, tokens } = await pause();
		await submit(tokens[0] ?? '');
		const { json } = await resume(run, { outputMode });
		if (outputMode === 'events') expect(json.at(-1)).toMatchObject({ event: 'workflow_finished' });
		else expect(json.map(({ node_id }) => node_id)).toContain('human-input');
		// The pause that was told again before the run went on is not told in between.
		const starts = json.filter(({ event }) => event === 'workflow_started');
		if (outputMode === 'events') expect(starts.length).toBeLessThanOrEqual(2);
	});

	it('tells a run that failed after the pause', async () => {
		const { run, tokens } = await pause('x #pause #fail-node');
		await submit(tokens[0] ?? '');
		const { error } = await resume(run);
		expect(error?.message).toBe('The Dify workflow failed: The model is overloaded');
	});

	it('tells a run that was stopped', async () => {
		simulator.settings.resumeDelayMs = 200;
		const { run, tokens, item } = await pause();
		await runDify(simulator, 'chat.stop', { taskId: String(item.task_id), user: 'ann' });
		await submit(tokens[0] ?? '');
		const { json, hints } = await resume(run);
		expect(json[0]).toMatchObject({ status: 'stopped' });
		expect(hints[0]?.message).toMatch(/stopped before its end/);
	});

	it('needs the user who started the run', async () => {
		const { run } = await pause();
		const { error } = await resume(run, { user: 'bob' });
		expect(error?.message).toMatch(/did not find the record/);
		expect(error?.description).toMatch(/User is the one who created/);
	});

	it('recovers when the events break', async () => {
		simulator.settings.resumeDelayMs = 200;
		const { run, tokens } = await pause();
		await submit(tokens[0] ?? '');
		simulator.faults.add({ path: '/workflow/*', action: 'truncate', bytes: 900 });
		const { json } = await resume(run);
		expect(json[0]).toMatchObject({ status: 'succeeded', answer: 'Decision: approve.' });
	});

	it('ends, still paused, when parallel forms leave the run behind', async () => {
		simulator.settings.parallelFormsBug = true;
		const { run, tokens } = await pause('x #pause 2');
		for (const token of tokens) await submit(token);
		const { json, took } = await resume(run);
		expect(json[0]).toMatchObject({ status: 'paused', human_input: [] });
		expect(took).toBeLessThan(20_000);
	}, 40_000);

	it('only stops watching when the execution is cancelled', async () => {
		simulator.settings.resumeDelayMs = 5_000;
		const { run, tokens } = await pause();
		await submit(tokens[0] ?? '');
		const { took } = await resume(run, {}, { cancel: 500 });
		expect(took).toBeLessThan(2_000);
		const stops = simulator.requests.filter(({ path }) => path.endsWith('/stop'));
		expect(stops).toHaveLength(0);
	});
});
