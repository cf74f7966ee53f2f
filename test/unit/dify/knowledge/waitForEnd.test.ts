import type { IDataObject } from 'n8n-workflow';

import type { Waiting } from '../../../../nodes/Dify/knowledge/waitForEnd';
import { waitForEnd } from '../../../../nodes/Dify/knowledge/waitForEnd';
import { ChatflowError } from '../../../../nodes/shared/errors';

/** Documents that end after so many looks; the looks are counted. */
function documents(looksNeeded: number[], end = 'completed') {
	const looks = looksNeeded.map(() => 0);
	const waiting = looksNeeded.map((needed, at): Waiting => ({
		look: async () => {
			looks[at] = (looks[at] ?? 0) + 1;
			return [{ id: at, indexing_status: (looks[at] ?? 0) >= needed ? end : 'indexing' }];
		},
	}));
	return { waiting, looks };
}

const limits = (ms = 5_000) => ({ until: Date.now() + ms, intervalMs: 1 });

function failing(...failures: Array<ChatflowError | IDataObject>): Waiting {
	let at = 0;
	return {
		look: async () => {
			const next = failures[Math.min(at++, failures.length - 1)];
			if (next instanceof ChatflowError) throw next;
			return [next ?? {}];
		},
	};
}

const failure = (status: number) => new ChatflowError({ message: `HTTP ${status}` }, { status });

describe('the wait for the end of indexing', () => {
	it('is over when all have ended, and says of each how', async () => {
		const waited = await waitForEnd(
			[...documents([3]).waiting, ...documents([1], 'error').waiting],
			limits(),
		);
		expect(waited).toMatchObject([
			{ hasEnded: true, documents: [{ indexing_status: 'completed' }] },
			{ hasEnded: true, documents: [{ indexing_status: 'error' }] },
		]);
	});

	it('takes a paused document for one that has ended', async () => {
		const [waited] = await waitForEnd(documents([1], 'paused').waiting, limits());
		expect(waited?.hasEnded).toBe(true);
	});

	it('asks once for each of many that have ended, and not for all that have not', async () => {
		const { waiting, looks } = documents([
			...Array<number>(500).fill(1),
			...Array<number>(500).fill(2),
		]);
		await waitForEnd(waiting, limits());
		expect(looks.slice(0, 500).every((count) => count === 1)).toBe(true);
		expect(looks.reduce((sum, count) => sum + count, 0)).toBeLessThan(1_600);
	});

	it('is not held up by documents that are stuck', async () => {
		const stuck = Array<number>(25).fill(Infinity);
		const { waiting } = documents([...stuck, ...Array<number>(25).fill(1)]);
		const waited = await waitForEnd(waiting, limits(200));
		expect(waited.map(({ hasEnded }) => hasEnded)).toEqual([
			...Array<boolean>(25).fill(false),
			...Array<boolean>(25).fill(true),
		]);
	});

	it('looks at all once more when the time is over', async () => {
		const { waiting, looks } = documents(Array<number>(30).fill(2));
		const waited = await waitForEnd(waiting, { until: Date.now() - 1, intervalMs: 1 });
		expect(looks.every((count) => count >= 1)).toBe(true);
		expect(waited.some(({ hasEnded }) => hasEnded)).toBe(true);
	});

	it('goes on after single failures of the server', async () => {
		const end = { indexing_status: 'completed' };
		const waiting = failing(failure(502), failure(500), failure(502), end);
		const [waited] = await waitForEnd([waiting], limits());
		expect(waited).toMatchObject({ hasEnded: true, documents: [end] });
	});

	it('gives up when the server fails again and again', async () => {
		await expect(waitForEnd([failing(failure(500))], limits())).rejects.toThrow('HTTP 500');
	});

	it('gives up at once when the key is refused', async () => {
		const waiting = failing(failure(401), { indexing_status: 'completed' });
		await expect(waitForEnd([waiting], limits())).rejects.toThrow('HTTP 401');
	});

	it('goes on for the others when one was deleted', async () => {
		const waited = await waitForEnd([failing(failure(404)), ...documents([2]).waiting], limits());
		expect(waited).toMatchObject([
			{ hasEnded: true, error: { message: 'HTTP 404' } },
			{ hasEnded: true, documents: [{ indexing_status: 'completed' }] },
		]);
	});

	it('ends on cancel', async () => {
		const abort = new AbortController();
		const waiting = waitForEnd(documents([Infinity]).waiting, {
			...limits(60_000),
			intervalMs: 30_000,
			signal: abort.signal,
		});
		abort.abort();
		await expect(waiting).rejects.toThrow('The execution was cancelled');
	});
});
