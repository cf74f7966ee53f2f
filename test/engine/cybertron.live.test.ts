import type { StructuredChunk } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import { ASSISTANT_FLOW, COLLECTION_FLOW, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const run = async (question: string, options: object = {}, rest: object = {}, parameters = {}) =>
	await cybertron(
		simulator,
		'chatflow.run',
		{
			trigger: 'direct',
			flowUuid: ASSISTANT_FLOW,
			question,
			segmentCode: 's1',
			options: { ...options },
			...parameters,
		},
		{ streaming: true, ...rest },
	);
const ask = async (question: string, options: object = {}, rest: object = {}) =>
	await cybertron(
		simulator,
		'dialog.send',
		{ question, segmentCode: 's1', options: { ...options } },
		{ streaming: true, ...rest },
	);

const pieces = (chunks: StructuredChunk[]) =>
	chunks.filter(({ type }) => type === 'item').map(({ content }) => String(content));
const text = (chunks: StructuredChunk[]) => pieces(chunks).join('');
const kinds = (chunks: StructuredChunk[]) => [...new Set(chunks.map(({ type }) => type))];

describe('text for somebody who waits', () => {
	it.each([
		['a streaming node', async () => await run('The quick brown fox')],
		[
			'a streaming node whose last chunk repeats all',
			async () => await run('The quick brown fox #last:full'),
		],
		[
			'a streaming node that is repeated as a whole',
			async () => await run('The quick brown fox #repeat'),
		],
		['a plain robot', async () => await ask('The quick brown fox', { transport: 'webSocket' })],
	])('comes piece by piece from %s, and adds up to the answer', async (_who, work) => {
		const result = await work();
		expect(pieces(result.chunks).length).toBeGreaterThan(3);
		expect(text(result.chunks)).toBe(only(result).answer);
		expect(kinds(result.chunks)).toEqual(['begin', 'item', 'end']);
	});

	it.each([
		['several nodes', async () => await run('', {}, {}, { flowUuid: COLLECTION_FLOW })],
		['a plugin', async () => await ask('Orders #plugin', { transport: 'webSocket' })],
		['HTTP', async () => await ask('Hello')],
		['a text inside a flow', async () => await run('Hello #string-end')],
	])('adds up to the answer of %s', async (_who, work) => {
		const result = await work();
		expect(text(result.chunks)).toBe(only(result).answer);
		expect(kinds(result.chunks)).toEqual(['begin', 'item', 'end']);
	});

	it('arrives while the server still writes', async () => {
		const times: number[] = [];
		const started = Date.now();
		await run(
			'one two three four #slow 100',
			{},
			{ onChunk: () => times.push(Date.now() - started) },
		);
		expect(times.length).toBeGreaterThan(5);
		expect(times.at(-1)! - times[1]!).toBeGreaterThan(300);
	});

	it('separates rounds by a blank line', async () => {
		const { chunks } = await run('One', { followUps: ['Two'] });
		expect(text(chunks)).toBe('You said: One\n\nYou said: Two');
	});

	it('changes nothing in the item that comes out', async () => {
		const same = async (streaming: boolean) => {
			simulator.reset();
			const { dialog_id, task_id, session_id, rounds, ...item } = only(
				await run('The quick brown fox', { followUps: ['and the dog'] }, { streaming }),
			);
			return {
				item,
				rounds: JSON.stringify(rounds).replace(/\d{19}/g, 'id'),
				ids: typeof dialog_id + typeof task_id + typeof session_id,
			};
		};
		expect(await same(true)).toEqual(await same(false));
	});

	it('ends with what went wrong when something does', async () => {
		const result = await run('one two three #late-error:500000');
		expect(failure(result).message).toContain('500000');
		expect(text(result.chunks)).toBe('You said: one two three');
		// n8n adds a chunk of its own when the execution fails.
		expect(result.chunks).toContainEqual(
			expect.objectContaining({ type: 'error', content: failure(result).message }),
		);
	});

	it('hides what is not for the user', async () => {
		const { chunks } = await run('', { debug: true }, {}, { flowUuid: COLLECTION_FLOW });
		expect(text(chunks)).not.toMatch(/node_id|flow_enter|node_waiting/);
		const jump = await run(`Go #jump-text:${COLLECTION_FLOW}`);
		expect(text(jump.chunks)).toBe('');
	});

	it('is sent for every item by its number', async () => {
		const { chunks } = await cybertron(
			simulator,
			'dialog.send',
			{ question: '={{ $json.q }}', options: { transport: 'webSocket' } },
			{ streaming: true, items: [{ json: { q: 'One' } }, { json: { q: 'Two' } }] },
		);
		const of = (item: number) => text(chunks.filter(({ metadata }) => metadata.itemIndex === item));
		expect([of(0), of(1)]).toEqual(['You asked: One', 'You asked: Two']);
	});

	it('is not sent when nobody waits', async () => {
		expect((await run('Hello', {}, { streaming: false })).chunks).toEqual([]);
	});
});
