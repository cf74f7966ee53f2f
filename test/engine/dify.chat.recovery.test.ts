import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import { runDify } from '../support/dify/run';

/** A stream that breaks or falls silent is recovered, and the message never sent again. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

async function ask(query: string, parameters: INodeParameters = {}, options: INodeParameters = {}) {
	const begin = Date.now();
	const result = await runDify(
		simulator,
		'chat.send',
		{ query, user: 'ann', options, ...parameters },
		{ streaming: true },
	);
	return { ...result, took: Date.now() - begin };
}

const chats = () => simulator.counters().byPath['POST /v1/chat-messages'];
const paths = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);
const polls = () => paths().filter((path) => path.startsWith('GET /v1/workflows/run/')).length;
const LIVED_ON = /The stream was lost\. The answer was completed by other calls/;
const shown = (chunks: Array<{ type: string; content?: unknown }>) =>
	chunks.flatMap(({ type, content }) => (type === 'item' ? [content] : [])).join('');

const SLOW = 'one two three four five six #slow 60';
const TEXT = 'Echo: one two three four five six';

describe.each<DifyVersion>(['1.13.0', '1.13.1', '1.14', '1.15', '1.16', '1.17'])(
	'Dify %s, a connection that breaks amid the answer',
	(version) => {
		const hasEvents = !version.startsWith('1.13');
		beforeEach(() => simulator.setVersion(version));

		it('is completed without sending the message again, and says so', async () => {
			const { json, hints, chunks, error } = await ask(`${SLOW} #cut-events 6`);
			expect(error).toBeUndefined();
			expect(json).toHaveLength(1);
			expect(json[0]).toMatchObject({ answer: TEXT, status: 'succeeded', recovered: true });
			expect(json[0]?.outputs).toMatchObject({ answer: TEXT });
			expect(hints.map(({ message }) => message).join()).toMatch(LIVED_ON);
			expect(simulator.counters().byPath['POST /v1/chat-messages']).toBe(1);
			// The caller who watches gets the rest, and nothing twice.
			expect(shown(chunks)).toBe(TEXT);
		});

		it(`asks ${hasEvents ? "for the run's events" : 'for the run in growing intervals'}`, async () => {
			await ask(`${SLOW} #cut-events 6`);
			const followed = paths().some((path) => /^GET \/v1\/workflow\/[^/]+\/events$/.test(path));
			expect(followed).toBe(true);
			if (hasEvents) expect(polls()).toBe(0);
			else expect(polls()).toBeGreaterThan(0);
			expect(paths().at(-1)).toBe('GET /v1/messages');
			expect(simulator.requests.at(-1)?.query.user).toBe('ann');
		});

		it('is found paused, with its form', async () => {
			const { json } = await ask('hi #pause #work 300 #cut-events 4');
			expect(json[0]).toMatchObject({ status: 'paused', recovered: true, user: 'ann' });
			expect(json[0]?.human_input).toMatchObject([{ node_id: 'human-input' }]);
		});

		it('is found failed', async () => {
			const { error } = await ask(`${SLOW} #fail-node #cut-events 6`);
			expect(error).toMatchObject({
				message: 'The Dify workflow failed: The model is overloaded',
				context: { data: { run_status: 'failed' } },
			});
			expect(simulator.acceptedChats(`${SLOW} #fail-node #cut-events 6`)).toBe(1);
		});

		it('is found stopped', async () => {
			const { json } = await ask(`${SLOW} #stop-me 4 #cut-events 6`);
			expect(json[0]).toMatchObject({ status: 'stopped', recovered: true });
		});
	},
);

describe('every node of a recovered run', () => {
	it('comes once, with its data and its text', async () => {
		simulator.setVersion('1.16');
		const { json } = await ask(`${SLOW} #cut-events 8`, { outputMode: 'perNode' });
		expect(json.map(({ node_id }) => node_id)).toEqual(['start', 'llm', 'answer']);
		expect(json[0]?.inputs).toMatchObject({ 'sys.query': `${SLOW} #cut-events 8` });
		expect(json[1]).toMatchObject({ answer: TEXT });
	});
});

describe('the text of every node of a recovered run', () => {
	it.each([1, 2, 3, 4, 5, 6, 7, 9])('is whole when the stream broke at event %d', async (cut) => {
		simulator.setVersion('1.16');
		const { json } = await ask(`${SLOW} #cut-events ${cut}`, { outputMode: 'perNode' });
		expect(json.map(({ answer }) => answer).join('')).toBe(TEXT);
	});
});

describe('the text of a recovered run whose nodes cannot be asked for any more', () => {
	it.each([1, 2, 3, 4, 5, 6, 7, 9])('is whole when the stream broke at event %d', async (cut) => {
		simulator.setVersion('1.13.1');
		const { json } = await ask(`${SLOW} #cut-events ${cut}`, { outputMode: 'perNode' });
		expect(json.map(({ answer }) => answer).join('')).toBe(TEXT);
		for (const item of json) {
			expect(item).toMatchObject(item.node_id ? {} : { recovered: true, status: 'succeeded' });
			expect(item.conversation_id).toEqual(expect.any(String));
		}
	});
});

describe('a stream that falls silent', () => {
	it('is left after the idle limit and recovered', async () => {
		simulator.setVersion('1.16');
		simulator.settings.pingIntervalMs = 60_000;
		const query = 'one two #work 2500';
		const { json, took } = await ask(query, {}, { timeout: 1 });
		expect(json[0]).toMatchObject({ answer: 'Echo: one two', recovered: true });
		expect(took).toBeGreaterThan(1_000);
		expect(simulator.acceptedChats(query)).toBe(1);
	});

	it('is not left while pings come: there is no total time limit', async () => {
		simulator.settings.pingIntervalMs = 200;
		const { json } = await ask('one two #work 2500', {}, { timeout: 1 });
		expect(json[0]).toMatchObject({ answer: 'Echo: one two', status: 'succeeded' });
		expect(json[0]).not.toHaveProperty('recovered');
		expect(chats()).toBe(1);
	});

	it('for ever ends with the ids, and where to look', async () => {
		simulator.setVersion('1.13.1');
		const { error, took } = await ask('hi #hang', {}, { timeout: 1, maxWait: 4 });
		expect(error?.message).toMatch(/timed out before it was complete/);
		expect(error?.description).toMatch(/Workflow Run > Get or Conversation > Get Messages/);
		expect(error?.context.data).toMatchObject({
			code: 'stream_interrupted',
			workflow_run_id: expect.any(String) as string,
			conversation_id: expect.any(String) as string,
			task_id: expect.any(String) as string,
		});
		expect(took).toBeLessThan(8_000);
		expect(simulator.acceptedChats('hi #hang')).toBe(1);
	}, 15_000);

	it('that only ever pings ends at Max Wait Time', async () => {
		simulator.settings.pingIntervalMs = 100;
		const { error, took } = await ask('hi #hang ping', {}, { maxWait: 2 });
		expect(error?.message).toMatch(/took longer than Max Wait Time/);
		expect(took).toBeGreaterThan(1_900);
		expect(took).toBeLessThan(5_000);
		expect(polls()).toBe(1);
	});
});

describe('before the run is known', () => {
	it('waits long for the first event when no Timeout is set: servers queue in silence', async () => {
		simulator.setVersion('1.14');
		const { json } = await ask('hi #queue 2500');
		expect(json[0]).toMatchObject({ answer: 'Echo: hi', status: 'succeeded' });
		expect(chats()).toBe(1);
	});

	it('says that the message may have arrived when the stream is silent', async () => {
		simulator.setVersion('1.14');
		const { error } = await ask('hi #queue 4000', {}, { timeout: 1 });
		expect(error?.message).toMatch(/timed out/);
		expect(error?.description).toMatch(/may have reached Dify.* before you send it again/);
		expect(error?.context.data).toMatchObject({ workflow_run_id: null, answer: '' });
		expect(chats()).toBe(1);
	});

	it('recovers by the run that the newest servers name in a header', async () => {
		simulator.setVersion('1.17');
		const { json } = await ask('hi #queue 2500', {}, { timeout: 1 });
		expect(json[0]).toMatchObject({ answer: 'Echo: hi', recovered: true });
		expect(simulator.acceptedChats('hi #queue 2500')).toBe(1);
	});

	it('says that the message may have arrived when the connection breaks', async () => {
		const { error } = await ask('hi #cut-bytes 5');
		expect(error?.message).toMatch(/broke off before it was complete/);
		expect(error?.description).toMatch(/may have reached Dify/);
		expect(simulator.counters().byPath['POST /v1/chat-messages']).toBe(1);
	});
});

describe('a broken reply without a workflow', () => {
	it('is taken from the history', async () => {
		simulator.setVersion('1.13.1');
		const { json, error } = await ask('hi #annotation #cut-events 1');
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			answer: 'This answer comes from an annotation.',
			recovered: true,
		});
	});
});

describe('pictures in a recovered answer', () => {
	it('are kept although old servers leave them out of the history', async () => {
		simulator.setVersion('1.14');
		const { json } = await ask('#image #slow 60 #cut-events 6');
		expect(json[0]?.answer).toContain('![cat](https://chatflow.example/cat.png)');
	});
});

describe('Dify up to 1.12, where the run dies with its client', () => {
	it.each<DifyVersion>(['1.8', '1.12'])('%s tells that the run was stopped', async (version) => {
		simulator.setVersion(version);
		const { json } = await ask(`${SLOW} #cut-events 6`);
		expect(json[0]).toMatchObject({ status: 'stopped', recovered: true });
		expect(simulator.counters().byPath['POST /v1/chat-messages']).toBe(1);
	});

	it('gives up on a run that was stranded', async () => {
		simulator.setVersion('1.12');
		simulator.settings.disconnectLeaves = 'running';
		const { error } = await ask(`${SLOW} #cut-events 6`, {}, { timeout: 1, maxWait: 3 });
		expect(error?.message).toMatch(/broke off/);
		expect(error?.context.data).toMatchObject({ answer: expect.stringMatching(/^Echo/) as string });
	});
});
