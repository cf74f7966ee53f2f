import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { IDataObject, INodeParameters } from 'n8n-workflow';

import blocking from '../fixtures/dify/blocking.json';
import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { runDify } from '../support/dify/run';

/** The answers that the specification gives as examples, through the node. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const example = (name: string) =>
	readFileSync(path.join(__dirname, '../fixtures/dify', `${name}.sse`), 'utf8');

/** What the document says, event by event. */
const eventsOf = (text: string) =>
	text
		.split('\n\n')
		.filter(Boolean)
		.map((block) => JSON.parse(block.replace(/^data: /, '')) as IDataObject);

async function play(text: string, parameters: INodeParameters = {}, split?: number) {
	const bytes = Buffer.from(text);
	const size = split ?? bytes.length;
	const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => ({
		base64: bytes.subarray(i * size, (i + 1) * size).toString('base64'),
	}));
	simulator.addScript('example', { chunks });
	return await runDify(simulator, 'chat.send', {
		query: 'What are the specs? #script example',
		user: 'abc-123',
		...parameters,
	});
}

describe('the basic streaming example', () => {
	const text = example('stream-basic');

	it('becomes one item', async () => {
		const { json, error } = await play(text);
		expect(error).toBeUndefined();
		expect(json).toEqual([
			{
				event: 'message',
				task_id: 'mock_task_id',
				id: '5ad4cb98-f0c7-4085-b384-88c403be6290',
				message_id: '5ad4cb98-f0c7-4085-b384-88c403be6290',
				conversation_id: '45701982-8118-4bc5-8e9b-64562b4555f2',
				mode: 'advanced-chat',
				answer: ' I',
				metadata: { usage: { total_tokens: 10, latency: 1 } },
				created_at: 1679586595,
				workflow_run_id: null,
				status: 'succeeded',
				outputs: {},
				files: [],
				elapsed_time: null,
				total_tokens: null,
				total_steps: null,
				nodes: [],
			},
		]);
	});

	it('becomes its events', async () => {
		const { json } = await play(text, { outputMode: 'events' });
		expect(json).toEqual(eventsOf(text));
	});

	it('has no nodes, so that one item has the answer', async () => {
		const { json, hints } = await play(text, { outputMode: 'perNode' });
		expect(json).toHaveLength(1);
		expect(hints[0]?.message).toMatch(/No node of a workflow has run/);
	});
});

describe('the workflow streaming example', () => {
	const text = example('stream-workflow');

	it('becomes one item', async () => {
		const { json } = await play(text);
		expect(json).toEqual([
			{
				event: 'message',
				task_id: 'task123',
				id: 'msg123',
				message_id: 'msg123',
				conversation_id: 'conv123',
				mode: 'advanced-chat',
				answer: ' I',
				metadata: { usage: { total_tokens: 50, latency: 2.5 } },
				created_at: 1705395333,
				workflow_run_id: 'wfr_abc123',
				status: 'succeeded',
				outputs: {},
				files: [],
				elapsed_time: 2.5,
				total_tokens: 50,
				total_steps: 2,
				nodes: [
					{
						id: 'ne_001',
						node_id: 'node_llm_1',
						node_type: 'llm',
						title: 'LLM',
						index: 1,
						status: 'succeeded',
						elapsed_time: 1.5,
					},
				],
			},
		]);
	});

	it('becomes an item for its node', async () => {
		const { json } = await play(text, { outputMode: 'perNode' });
		expect(json).toEqual([
			{
				id: 'ne_001',
				node_id: 'node_llm_1',
				node_type: 'llm',
				title: 'LLM',
				index: 1,
				status: 'succeeded',
				elapsed_time: 1.5,
				created_at: 1705395332,
				finished_at: 1705395334,
				// The example does not say whose text it is; this is the only node under way.
				answer: ' I',
				conversation_id: 'conv123',
				message_id: 'msg123',
				task_id: 'task123',
				workflow_run_id: 'wfr_abc123',
			},
		]);
	});

	it('becomes its events', async () => {
		const { json } = await play(text, { outputMode: 'events' });
		expect(json).toEqual(eventsOf(text));
	});

	it.each([
		['in pieces of seven bytes', text, 7],
		['with carriage returns', text.replaceAll('\n', '\r\n'), undefined],
		['with comments and pings', `: hello\n\nevent: ping\n\n${text}`, 100],
		['without its last line break', text.trimEnd(), undefined],
	])('is the same %s', async (_name, altered, split) => {
		const { json } = await play(altered, {}, split);
		expect(json).toEqual((await play(text)).json);
	});
});

describe('the blocking example', () => {
	const answered = async (parameters: INodeParameters) => {
		simulator.faults.add({
			path: '/chat-messages',
			action: 'respond',
			status: 200,
			body: blocking,
		});
		return await runDify(simulator, 'chat.send', {
			query: 'What are the specs?',
			user: 'abc-123',
			options: { responseMode: 'blocking' },
			...parameters,
		});
	};

	it('keeps every field that the server gives', async () => {
		const { json } = await answered({});
		expect(json[0]).toMatchObject({ ...blocking, status: 'succeeded' });
	});

	it('is one event', async () => {
		const { json } = await answered({ outputMode: 'events' });
		expect(json).toEqual([blocking]);
	});
});
