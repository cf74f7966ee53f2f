import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';
import type { EngineResult } from '../support/engine';

/** Every version and every row of the table of event orders, in every output mode. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const chatMessages = () => conforming(simulator).filter(({ path }) => path === '/v1/chat-messages');
const UUID = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as unknown;
const withWorker = (version: DifyVersion) => !['1.8', '1.12'].includes(version);
const since = (version: DifyVersion, first: DifyVersion) =>
	DIFY_VERSIONS.indexOf(version) >= DIFY_VERSIONS.indexOf(first);

async function ask(query: string, parameters: INodeParameters = {}, options: INodeParameters = {}) {
	const begin = Date.now();
	const result = await runDify(simulator, 'chat.send', {
		query,
		user: 'ann',
		options,
		...parameters,
	});
	return { ...result, took: Date.now() - begin };
}

/** A row of the table: a directive for the simulator, and what becomes of it. */
interface Row {
	directive: string;
	/** Fields of the aggregated item. */
	item?: IDataObject;
	/** Hint of the node. */
	hint?: RegExp;
	failure?: RegExp;
	/** Whether Dify knows this in the given version. */
	knownTo?: (version: DifyVersion) => boolean;
	/** What the nodes said, where it is not the answer: moderation is no node. */
	nodeText?: string;
	/** Whether a workflow runs. */
	workflow?: boolean;
}

const ROWS: Record<string, Row> = {
	success: { directive: '', item: { answer: 'Echo: hi', status: 'succeeded' } },
	'partial success': {
		directive: '#partial',
		item: { answer: 'Echo: hi', status: 'partial-succeeded' },
	},
	'node failure': { directive: '#fail-node', failure: /^The Dify workflow failed: The model is/ },
	'exception before the start': {
		directive: '#error',
		failure: /^The model of the Dify app has no|could not process the message: The model provider/,
	},
	'exception amid the answer': {
		directive: '#error mid',
		failure: /^The model returned an error: The upstream model broke off$/,
	},
	stop: {
		directive: '#stop-me 1',
		item: { answer: 'Echo: ', status: 'stopped' },
		hint: /stopped before its end: Stopped by user/,
	},
	annotation: {
		directive: '#annotation',
		item: { answer: 'This answer comes from an annotation.', status: 'succeeded' },
		workflow: false,
	},
	'input moderation': {
		directive: '#moderation input',
		item: { answer: 'Your message was rejected by moderation.', status: 'succeeded' },
		workflow: false,
	},
	'output moderation that ends the run': {
		directive: '#moderation direct',
		item: { answer: '[moderated] ', status: 'stopped' },
		nodeText: '',
		hint: /stopped/,
	},
	'human input pause': {
		directive: '#pause',
		item: { status: 'paused', user: 'ann' },
		hint: /waits for a human/,
		knownTo: withWorker,
	},
	'spoken answer': { directive: '#tts', item: { answer: 'Echo: hi', status: 'succeeded' } },
};

const MODES = ['aggregated', 'perNode', 'events'] as const;

function expectFailure(result: EngineResult, failure: RegExp): void {
	expect(result.items).toEqual([]);
	expect(result.error?.message).toMatch(failure);
	expect(result.error?.context).toMatchObject({ itemIndex: 0 });
	// Partial text and ids are kept, as far as the server had sent them.
	expect(result.error?.context.data).toHaveProperty('answer');
	expect(result.error?.context.data).toHaveProperty('conversation_id');
}

function expectItems(result: EngineResult, row: Row, mode: (typeof MODES)[number]): void {
	const { json, items } = result;
	expect(result.error).toBeUndefined();
	for (const item of items) expect(item.pairedItem).toEqual({ item: 0 });
	// n8n's Retry On Fail would send the message again.
	expect(json.every(({ error }) => error === undefined || error === null)).toBe(true);
	if (mode === 'aggregated') {
		expect(json).toHaveLength(1);
		expect(json[0]).toMatchObject({ event: 'message', conversation_id: UUID, ...row.item });
		expect(json[0]?.workflow_run_id).toEqual(row.workflow === false ? null : UUID);
	} else if (mode === 'perNode') {
		if (row.workflow === false) {
			expect(json).toMatchObject([{ ...row.item, conversation_id: UUID }]);
			expect(result.hints[0]?.message).toMatch(/No node of a workflow has run/);
			return;
		}
		for (const item of json) expect(item).toMatchObject({ node_id: expect.any(String) as string });
		const text = json.map(({ answer }) => answer).join('');
		expect(text).toBe(row.nodeText ?? row.item?.answer ?? '');
	} else {
		expect(json.map(({ event }) => event)).toContain(
			row.workflow === false ? 'message_end' : 'workflow_started',
		);
	}
	if (row.hint) expect(result.hints.map(({ message }) => message).join()).toMatch(row.hint);
}

describe.each(DIFY_VERSIONS)('Dify %s, streaming', (version) => {
	beforeEach(() => simulator.setVersion(version));

	describe.each(MODES)('%s', (outputMode) => {
		const known = Object.entries(ROWS).filter(([, { knownTo }]) => knownTo?.(version) ?? true);
		it.each(known)('%s', async (_name, row) => {
			const result = await ask(`hi ${row.directive}`, { outputMode });
			if (row.failure) expectFailure(result, row.failure);
			else expectItems(result, row, outputMode);
			// Neither the 300 s of silence nor a made-up failure is waited for.
			expect(result.took).toBeLessThan(4_000);
			expect(simulator.acceptedChats(`hi ${row.directive}`)).toBe(1);
			expect(chatMessages()).toHaveLength(1);
		});
	});

	it('closes the connection at the end, also where the server would keep it open', async () => {
		await ask('hi #annotation');
		await ask('hi #error');
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(simulator.openConnections()).toBe(0);
	});

	it('gives usage wherever message_end arrives, and tells the workflow run', async () => {
		const { json } = await ask('hi #knowledge');
		const metadata = json[0]?.metadata as IDataObject;
		// On 1.13.0 message_end never reaches the client.
		if (version === '1.13.0') expect(metadata).toEqual({});
		else expect(metadata).toMatchObject({ usage: { currency: 'USD' } });
		if (version !== '1.13.0') expect(metadata.retriever_resources).toHaveLength(2);
		expect(json[0]).toMatchObject({
			mode: 'advanced-chat',
			total_steps: 4,
			outputs: { answer: 'Echo: hi' },
			nodes: [
				{ node_id: 'start', status: 'succeeded' },
				{ node_id: 'knowledge' },
				{ node_id: 'llm', node_type: 'llm' },
				{ node_id: 'answer' },
			],
		});
	});

	it('finds the reasoning where the version puts it', async () => {
		const { json } = await ask('hi #reasoning', {}, { separateReasoning: true });
		expect(json[0]).toMatchObject({ answer: 'Echo: hi' });
		expect(json[0]?.reasoning).toMatch(/^First I read the question\. .* Now I know\.$/);
		if (since(version, '1.15')) return;
		const plain = await ask('hi #reasoning');
		expect(plain.json[0]?.answer).toMatch(/^<think>First/);
	});

	it('traces iterations, loops, parallel passes and retries', async () => {
		const query = 'hi #iteration 3 parallel #loop 2 #retry 2 #agent #long-ids';
		const { json } = await ask(query, { outputMode: 'perNode' });
		const count = (id: string) => json.filter(({ node_id }) => node_id === id).length;
		expect(count('iteration')).toBe(1);
		expect(count('iteration-code')).toBe(3);
		expect(count('iteration-template')).toBe(3);
		expect(count('loop')).toBe(1);
		expect(count('loop-code')).toBe(2);
		expect(json.find(({ node_id }) => node_id === 'http')).toMatchObject({ retries: 2 });
		expect(new Set(json.map(({ id }) => id)).size).toBe(json.length);
		const rows = (json.find(({ node_id }) => node_id === 'database')?.outputs as IDataObject).rows;
		expect(rows).toMatchObject([
			{ id: '9007199254740993' },
			{ id: '18446744073709551615' },
			{ id: '-9223372036854775808' },
		]);
	});

	it('passes over events, comments and fields that nobody knows', async () => {
		const { json, hints } = await ask('hi #unknown-event');
		expect(json[0]).toMatchObject({
			answer: 'Echo: hi',
			warnings: ['This is only a warning.'],
		});
		expect(hints).toMatchObject([{ message: 'Dify warns: This is only a warning.' }]);
	});

	it('reads characters that are split between chunks, and lines that are no line breaks', async () => {
		const { json } = await ask('#utf8');
		expect(json[0]?.answer).toContain('Grüße aus Zürich: 你好，世界');
		expect(json[0]?.answer).toContain('line\u2028separator\u2029here');
	});
});

const blocking = { responseMode: 'blocking' };

describe.each(DIFY_VERSIONS)('Dify %s, blocking', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('gives the fields that streaming gives, wherever the server gives them', async () => {
		const blocked = (await ask('hi', {}, blocking)).json[0] ?? {};
		const streamed = (await ask('hi')).json[0] ?? {};
		expect(Object.keys(blocked)).toEqual(Object.keys(streamed));
		expect(blocked).toMatchObject({
			event: 'message',
			answer: 'Echo: hi',
			status: 'succeeded',
			mode: 'advanced-chat',
			task_id: UUID,
			conversation_id: UUID,
			metadata: { usage: { currency: 'USD' } },
			created_at: expect.any(Number) as number,
			workflow_run_id: null,
			nodes: [],
		});
		const chat = conforming(simulator).find(({ path }) => path === '/v1/chat-messages');
		expect(chat?.body).toMatchObject({ response_mode: 'blocking' });
	});

	it.each(MODES)('gives %s for annotation, moderation and partial success', async (outputMode) => {
		for (const directive of ['#annotation', '#moderation', '#partial']) {
			const { json, error } = await ask(`hi ${directive}`, { outputMode }, blocking);
			expect(error).toBeUndefined();
			expect(json).toHaveLength(1);
		}
	});

	it('tells a failed run and refusals by their code', async () => {
		const failed = await ask('hi #fail-node', {}, blocking);
		expect(failed.error).toMatchObject({
			message: 'The Dify workflow failed: The model is overloaded',
			httpCode: '400',
			context: { data: { code: 'invalid_param' } },
		});
		const refused = await ask('hi #error', {}, blocking);
		expect(refused.error).toMatchObject({
			message: 'The model of the Dify app has no valid credentials',
			context: { data: { code: 'provider_not_initialize' } },
		});
	});

	it('splits reasoning off in this mode, too', async () => {
		const { json } = await ask('hi #reasoning', {}, { ...blocking, separateReasoning: true });
		expect(json[0]?.answer).toBe('Echo: hi');
		expect(json[0]?.reasoning).toMatch(/Now I know\.$/);
	});
});

describe('Dify with human input, blocking', () => {
	it.each(DIFY_VERSIONS.filter(withWorker))(
		'knows a pause of Dify %s, which answers with 200',
		async (version) => {
			simulator.setVersion(version);
			const { json, hints } = await ask('hi #pause 2', {}, blocking);
			expect(json[0]).toMatchObject({
				status: 'paused',
				user: 'ann',
				workflow_run_id: UUID,
				human_input: [{ node_id: 'human-input' }, { node_id: 'human-input-2' }],
			});
			expect(hints[0]?.message).toMatch(/waits for a human/);
		},
	);
});
