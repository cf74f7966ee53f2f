import type { INodeParameters, StructuredChunk } from 'n8n-workflow';

import { DIFY_VERSIONS, startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { runDify } from '../support/dify/run';

/** What a caller sees who waits for a stream: the chat trigger or a webhook in streaming mode. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

interface Seen extends StructuredChunk {
	at: number;
}

async function watch(query: string, parameters: INodeParameters = {}, items = 1) {
	const seen: Seen[] = [];
	const result = await runDify(
		simulator,
		'chat.send',
		{ query, user: 'ann', ...parameters },
		{
			streaming: true,
			onError: 'continueRegularOutput',
			onChunk: (chunk) => seen.push({ ...chunk, at: Date.now() }),
			items: Array.from({ length: items }, () => ({ json: {} })),
		},
	);
	return { ...result, seen, text: textOf(seen) };
}

const textOf = (seen: StructuredChunk[]) =>
	seen.flatMap(({ type, content }) => (type === 'item' ? [content] : [])).join('');

describe('live text', () => {
	it('arrives piece by piece, the first long before the last is sent', async () => {
		const { seen, text, json } = await watch('one two three four five #slow 100');
		expect(seen.at(0)).toMatchObject({ type: 'begin', metadata: { itemIndex: 0 } });
		expect(seen.at(-1)).toMatchObject({ type: 'end' });
		const pieces = seen.filter(({ type }) => type === 'item');
		expect(pieces.length).toBeGreaterThanOrEqual(5);
		expect((pieces.at(-1)?.at ?? 0) - (pieces.at(0)?.at ?? 0)).toBeGreaterThan(300);
		expect(text).toBe(json[0]?.answer);
	});

	it('leaves the item as it is without a watcher', async () => {
		const live = await watch('one two three');
		const silent = await runDify(simulator, 'chat.send', { query: 'one two three', user: 'ann' });
		const steady = ({ answer, status, outputs, metadata }: (typeof silent.json)[number]) => ({
			answer,
			status,
			outputs,
			keys: Object.keys(metadata as object),
		});
		expect(silent.chunks).toEqual([]);
		expect(live.json.map(steady)).toEqual(silent.json.map(steady));
		expect(live.json.map((item) => Object.keys(item))).toEqual(
			silent.json.map((item) => Object.keys(item)),
		);
	});

	it('sends what stands in place of a moderated answer after a blank line', async () => {
		simulator.setVersion('1.13.0');
		const { text, json } = await watch('bad words here #moderation #slow 30');
		expect(json[0]?.answer).toMatch(/^\[moderated\] /);
		expect(text).toBe(`Echo: bad \n\n${String(json[0]?.answer)}`);
	});

	it('never shows thoughts that the user wants apart', async () => {
		simulator.setVersion('1.13.1');
		const parameters = { options: { separateReasoning: true } };
		const { text, json } = await watch('hi #reasoning #slow 20', parameters);
		expect(text).toBe('Echo: hi');
		expect(json[0]?.reasoning).toMatch(/Now I know/);
	});

	it('shows a text at the end that was not streamed', async () => {
		const { text, seen } = await watch('hi there', { options: { responseMode: 'blocking' } });
		expect(text).toBe('Echo: hi there');
		expect(seen.map(({ type }) => type)).toEqual(['begin', 'item', 'end']);
	});

	it.each(['perNode', 'events'])('is there in output mode %s, too', async (outputMode) => {
		const { text } = await watch('hi there', { outputMode });
		expect(text).toBe('Echo: hi there');
	});

	it('ends with the failure, after what was said', async () => {
		const { seen } = await watch('hi there #error mid');
		expect(seen.map(({ type }) => type)).toEqual(['begin', 'item', 'error']);
		expect(seen.at(-1)?.content).toBe('The model returned an error: The upstream model broke off');
	});

	it('keeps several items apart that are answered at once', async () => {
		simulator.settings.deltaDelayMs = 20;
		const { seen, json } = await watch(
			'a b c d {{ $itemIndex }}'.replace('{{ $itemIndex }}', 'e'),
			{ options: { concurrency: 3 } },
			3,
		);
		expect(json).toHaveLength(3);
		for (const index of [0, 1, 2]) {
			const own = seen.filter(({ metadata }) => metadata.itemIndex === index);
			expect(own.at(0)?.type).toBe('begin');
			expect(own.at(-1)?.type).toBe('end');
			expect(textOf(own)).toBe('Echo: a b c d e');
		}
		// They really ran at the same time.
		const begins = seen.filter(({ type }) => type === 'begin').map(({ at }) => at);
		const ends = seen.filter(({ type }) => type === 'end').map(({ at }) => at);
		expect(Math.max(...begins)).toBeLessThan(Math.min(...ends));
	});

	it.each(DIFY_VERSIONS)('is the whole answer of Dify %s', async (version) => {
		simulator.setVersion(version);
		const { text, json } = await watch('#utf8');
		expect(text).toBe(json[0]?.answer);
		expect(text).toContain('👋🏽👩‍👩‍👧');
	});
});
