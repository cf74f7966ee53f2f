import { digits, inTurns, median, megabytes, quantile, times } from '../../bench/support/measure';
import { perPoll } from '../../bench/support/polls';
import { atLeast, atMost } from '../../bench/support/row';
import { transferOutcomes } from '../../bench/support/transfer';

describe('the middle of several measurements', () => {
	it('is the middle one by size, wherever it was measured', () => {
		expect(median([30, 1, 2])).toBe(2);
		expect(median([100, 9, 10])).toBe(10);
	});

	it('lies between the two middle ones when their number is even', () => {
		expect(median([4, 1, 3, 100])).toBe(3.5);
		expect(median([7])).toBe(7);
	});

	it('does not exist without a measurement', () => {
		expect(() => median([])).toThrow('No values');
		expect(() => quantile([], 0.95)).toThrow('No values');
	});

	it('leaves the order of the measurements as it is', () => {
		const values = [3, 1, 2];
		median(values);
		quantile(values, 0.5);
		expect(values).toEqual([3, 1, 2]);
	});

	it('has 95 of 100 values below its 95 % quantile', () => {
		const values = Array.from({ length: 100 }, (_, index) => 99 - index);
		expect(quantile(values, 0.95)).toBe(95);
		expect(quantile(values, 1)).toBe(99);
	});
});

describe('measuring in turns', () => {
	it('takes every thing once per round and throws the first round away', async () => {
		const order: string[] = [];
		let clock = 0;
		const thing = (name: string) => async () => {
			order.push(name);
			return ++clock;
		};
		const values = await inTurns(2, { a: thing('a'), b: thing('b') });
		expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
		expect(values).toEqual({ a: [3, 5], b: [4, 6] });
	});

	it('fails when one of the things does', async () => {
		const broken = async () => await Promise.reject(new Error('It broke'));
		await expect(inTurns(1, { broken })).rejects.toThrow('It broke');
	});
});

describe('judging a number', () => {
	const judged = (value: number) => ({ name: 'n', value, show: times });

	it.each([
		[1, true],
		[1.1, true],
		[1.1001, false],
		[NaN, false],
		[Infinity, false],
	])('%d is at most 1.1: %s', (value, met) => {
		expect(atMost(1.1, judged(value)).met).toBe(met);
	});

	it.each([
		[0.8, true],
		[2, true],
		[0.7999, false],
		[NaN, false],
	])('%d is at least 0.8: %s', (value, met) => {
		expect(atLeast(0.8, judged(value)).met).toBe(met);
	});

	it('shows the number and the goal in the same unit', () => {
		expect(atMost(50e6, { name: 'n', value: 12_345_678, show: megabytes })).toMatchObject({
			measured: '12.3 MB',
			goal: 'at most 50.0 MB',
		});
	});

	it('compares the time of a transfer with that of curl, and takes the middle of the runs', () => {
		const node = [
			{ ms: 2_000, growth: 500e6 },
			{ ms: 1_000, growth: 20e6 },
			{ ms: 1_250, growth: 10e6 },
		];
		const runs = { node, curl: [1_000, 900, 5_000], httpRequest: [{ ms: 2_500, growth: 0 }] };
		const [speed, memory] = transferOutcomes('File', 1e9, runs);
		expect(speed).toMatchObject({ measured: '0.80 times', met: true });
		expect(speed?.details).toEqual([
			"node 800 MB/s, curl 1000 MB/s, n8n's HTTP Request node 400 MB/s, all with the same server",
		]);
		expect(memory).toMatchObject({ measured: '20.0 MB', met: true });
		expect(memory?.details).toEqual(['runs: 500 MB, 20.0 MB, 10.0 MB']);
	});
});

it('prints three digits that matter', () => {
	expect([0, 0.012345, 1.23456, 12.345, 99.96, 123.4, 98765].map(digits)).toEqual([
		'0',
		'0.0123',
		'1.23',
		'12.3',
		'100',
		'123',
		'98765',
	]);
});

describe('counting the requests of polls', () => {
	it('takes requests close to each other for one poll', () => {
		expect(perPoll([0, 10_000, 20_000])).toEqual([1, 1, 1]);
		expect(perPoll([0, 40, 90, 10_000, 20_000, 20_030])).toEqual([3, 1, 2]);
	});

	it('counts nothing where nothing was asked', () => {
		expect(perPoll([])).toEqual([]);
	});
});
