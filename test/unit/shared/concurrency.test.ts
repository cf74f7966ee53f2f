import { mapItems } from '../../../nodes/shared/concurrency';
import { wait } from '../../../nodes/shared/wait';

/** Works on items that take different times, and notes who is under way at the same time. */
function factory(times: number[]) {
	const under: number[] = [];
	let most = 0;
	const begun: number[] = [];
	const together = new Set<string>();
	const work = async (item: number) => {
		begun.push(item);
		for (const other of under) together.add([other, item].sort().join('+'));
		under.push(item);
		most = Math.max(most, under.length);
		await wait(times[item] ?? 5);
		under.splice(under.indexOf(item), 1);
		return `item ${item}`;
	};
	return { work, most: () => most, begun, together };
}

describe('items at once', () => {
	it('keeps the order of the items, whoever is first', async () => {
		const { work, most } = factory([40, 5, 20, 1]);
		const results = await mapItems(4, 3, work);
		expect(results).toEqual(['item 0', 'item 1', 'item 2', 'item 3']);
		expect(most()).toBe(3);
	});

	it('is one after the other by default', async () => {
		const { work, most, begun } = factory([5, 1, 3]);
		await mapItems(3, 1, work);
		expect(most()).toBe(1);
		expect(begun).toEqual([0, 1, 2]);
	});

	it('never has two items of one key under way, and keeps their order', async () => {
		const keys = ['a', 'a', 'b', undefined, 'a', 'b'];
		const { work, begun, together } = factory([20, 5, 20, 5, 5, 5]);
		await mapItems(keys.length, 4, work, (item) => keys[item]);
		expect([...together].filter((pair) => sameKey(pair, keys))).toEqual([]);
		expect(begun.filter((item) => keys[item] === 'a')).toEqual([0, 1, 4]);
		expect(begun.filter((item) => keys[item] === 'b')).toEqual([2, 5]);
	});

	it('does not let a free item wait behind a busy key', async () => {
		const keys = ['a', 'a', undefined];
		const { work, begun } = factory([40, 5, 5]);
		await mapItems(3, 2, work, (item) => keys[item]);
		expect(begun).toEqual([0, 2, 1]);
	});

	it('stops at the first failure, waits for what is under way, and tells the lowest one', async () => {
		const ended: number[] = [];
		const work = async (item: number) => {
			await wait(item === 0 ? 40 : 5);
			ended.push(item);
			if (item < 2) throw new Error(`item ${item} failed`);
		};
		await expect(mapItems(6, 2, work)).rejects.toThrow('item 0 failed');
		expect(ended).toEqual([1, 0]);
	});

	it.each([
		['free', () => undefined],
		['of seven keys', (item: number) => `key ${item % 7}`],
	])('schedules 100,000 items that are %s in no time', async (_kind, keyOf) => {
		const begin = process.cpuUsage();
		const results = await mapItems(100_000, 10, async (item) => item, keyOf);
		const { user, system } = process.cpuUsage(begin);
		// Processor time: others may be using the machine. A scan of the waiting items takes 9 s and more.
		expect((user + system) / 1000).toBeLessThan(4_000);
		expect(results[99_999]).toBe(99_999);
	});

	it('has nothing to do for no items', async () => {
		expect(await mapItems(0, 5, async () => 1)).toEqual([]);
	});
});

function sameKey(pair: string, keys: Array<string | undefined>): boolean {
	const [one, other] = pair.split('+').map((item) => keys[Number(item)]);
	return one !== undefined && one === other;
}
