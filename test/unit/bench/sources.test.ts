import {
	aroundHistory,
	historyRow,
	lastFrame,
	roundBytes,
} from '../../bench/workers/chatflow-round';
import { sseSource } from '../../bench/workers/sse-source';

/** All frames of a round, put together the slow way. */
function frames(count: number): string[] {
	let history = '';
	const texts = Array.from({ length: count }, (_, index) => {
		history += historyRow(index);
		const [before, after] = aroundHistory(index, index === count - 1);
		return before + history + after;
	});
	return [...texts, lastFrame];
}

describe('the chatflow rounds that are measured', () => {
	it('have as many bytes as the measurement says', () => {
		for (const count of [1, 10, 250]) {
			const bytes = frames(count).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
			expect(roundBytes(count)).toBe(bytes);
		}
	});

	it('grow by one row of history with every frame', () => {
		const all = frames(20).slice(0, -1);
		const lengths = all.map((text) => {
			const { data } = JSON.parse(text) as { data: { history: unknown[] } };
			return data.history.length;
		});
		expect(lengths).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
	});

	it('carry a 64-bit id in every frame', () => {
		for (const text of frames(5)) expect(text).toMatch(/"dialog_id":\d{19}\b/);
	});
});

describe('the Dify stream that is measured', () => {
	it('has as many bytes and events as the measurement says', async () => {
		const source = sseSource(1_000);
		const chunks: Uint8Array[] = [];
		for await (const chunk of source.stream) chunks.push(chunk);
		const bytes = Buffer.concat(chunks);
		expect(bytes.length).toBe(source.totalBytes);
		const events = bytes
			.toString()
			.split('\n\n')
			.filter((text) => text !== '')
			.map((text) => JSON.parse(text.slice('data: '.length)) as { event: string });
		expect(events).toHaveLength(source.events);
		expect(events.filter(({ event }) => event === 'message')).toHaveLength(1_000);
		expect(bytes.length / 1_000).toBeGreaterThan(250);
		expect(bytes.length / 1_000).toBeLessThan(400);
	});
});
