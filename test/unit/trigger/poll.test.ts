import type { IDataObject, NodeApiError } from 'n8n-workflow';

import { runPoll } from '../../../nodes/ChatflowTrigger/poll';
import { ModelDify } from './support/model';
import { FakeN8n, pollContext, timeOut, type FakeSetup } from './support/n8n';
import { Random } from './support/random';

const HOUR = 60 * 60_000;

let dify: ModelDify;
let nowMs: number;

beforeEach(() => {
	dify = new ModelDify(new Random(7));
	nowMs = Date.UTC(2026, 5, 1);
	jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});
afterEach(() => jest.restoreAllMocks());

const LOG: IDataObject = { event: 'workflowLog', startFrom: 'now' };

function n8n(setup: Partial<FakeSetup> = {}): FakeN8n {
	return new FakeN8n({ parameters: LOG, serve: dify.serve, ...setup });
}

/** Logs that are a minute apart. */
function addLogs(count: number): string[] {
	return Array.from({ length: count }, () => {
		dify.nowMs += 60_000;
		return dify.addLog().id;
	});
}

function idsOf(items: IDataObject[] | undefined): unknown[] {
	return (items ?? []).map(({ event_id: id }) => id);
}

describe('the first activation', () => {
	it('sets the starting point and gives nothing', async () => {
		addLogs(3);
		const host = n8n();
		expect(await host.poll()).toBeUndefined();
		const [next] = addLogs(1);
		expect(idsOf((await host.poll())?.items)).toEqual([next]);
	});

	it('gives everything, oldest first, when it starts from all', async () => {
		const ids = addLogs(3);
		const host = n8n({ parameters: { ...LOG, startFrom: 'all' } });
		expect(idsOf((await host.poll())?.items)).toEqual(ids);
	});

	it('gives what happened since a date, in the time zone of the workflow', async () => {
		dify.nowMs = Date.UTC(2026, 0, 31, 23, 58);
		const ids = addLogs(4);
		const parameters = { ...LOG, startFrom: 'date', startDate: '2026-02-01T00:00:00' };
		const host = n8n({ parameters });
		expect(idsOf((await host.poll())?.items)).toEqual(ids.slice(1));
	});

	it('says that a date cannot be read', async () => {
		const host = n8n({ parameters: { ...LOG, startFrom: 'date', startDate: 'some day' } });
		await host.poll();
		expect(host.failures).toEqual([
			expect.objectContaining({ message: 'Start Date is not a date' }),
		]);
	});

	it('fails when the server cannot be asked: the starting point would be missing', async () => {
		const host = n8n({
			onRequest: () => {
				throw timeOut();
			},
		});
		for (let attempt = 0; attempt < 5; attempt++) await host.poll();
		expect(host.failures).toHaveLength(5);
		expect(host.state()).toEqual({});
	});
});

describe('a manual test', () => {
	it('gives recent events, oldest first, and leaves the memory alone', async () => {
		const ids = addLogs(30);
		const memory = {};
		const setup: FakeSetup = { parameters: LOG, serve: dify.serve, mode: 'manual' };
		const output = await runPoll(pollContext(setup, Object.freeze(memory)));
		expect(idsOf(output?.[0]?.map(({ json }) => json))).toEqual(ids.slice(-10));
		expect(memory).toEqual({});
	});

	it('says so when there is nothing yet', async () => {
		const setup: FakeSetup = { parameters: LOG, serve: dify.serve, mode: 'manual' };
		await expect(runPoll(pollContext(setup, {}))).rejects.toThrow('There are no events yet');
	});
});

describe('another scope', () => {
	const changes: Array<[string, Partial<FakeSetup>]> = [
		['another key', { credentials: { apiKey: 'app-other' } }],
		['another server', { credentials: { baseUrl: 'http://other.test/v1' } }],
		['another filter', { parameters: { ...LOG, filters: { createdByAccount: 'a@example.com' } } }],
		['another status', { parameters: { ...LOG, filters: { status: ['failed'] } } }],
	];

	it.each(changes)('starts afresh with %s', async (_what, change) => {
		const setup: FakeSetup = { parameters: LOG, serve: dify.serve };
		const memory: IDataObject = {};
		await runPoll(pollContext(setup, memory));
		addLogs(2);
		expect(await runPoll(pollContext({ ...setup, ...change }, memory))).toBeNull();
		addLogs(1);
		const status = change.parameters?.filters as IDataObject | undefined;
		const output = await runPoll(pollContext({ ...setup, ...change }, memory));
		expect(output?.[0]?.length ?? 0).toBe(status?.status ? 0 : 1);
	});

	it.each([
		[
			'the same address written in another way',
			{ credentials: { baseUrl: 'http://server.test/' } },
		],
		[
			'filters in another order',
			{ parameters: { ...LOG, filters: { status: ['succeeded', 'failed'] } } },
		],
		[
			'another start',
			{ parameters: { ...LOG, startFrom: 'all', filters: { status: ['failed', 'succeeded'] } } },
		],
	] as Array<[string, Partial<FakeSetup>]>)('goes on with %s', async (_what, change) => {
		const parameters = { ...LOG, filters: { status: ['failed', 'succeeded'] } };
		const setup: FakeSetup = { parameters, serve: dify.serve };
		const memory: IDataObject = {};
		addLogs(2);
		await runPoll(pollContext(setup, memory));
		const ids = addLogs(2);
		const output = await runPoll(pollContext({ ...setup, ...change }, memory));
		expect(idsOf(output?.[0]?.map(({ json }) => json))).toEqual(ids);
	});

	it('keeps no secret in the memory', async () => {
		const host = n8n();
		await host.poll();
		expect(JSON.stringify(host.state())).not.toMatch(/1234567890|server\.test/);
	});
});

describe('a failure', () => {
	const answerWith = (status: number, body: IDataObject) => {
		let broken = false;
		const host = n8n({
			serve: (path, query) => (broken ? { status, body } : dify.serve(path, query)),
		});
		const minute = async (isBroken: boolean) => {
			broken = isBroken;
			nowMs += 60_000;
			return await host.poll();
		};
		return { host, minute };
	};
	const fault = () => answerWith(500, { code: 'internal_server_error', message: '', status: 500 });

	it('loses nothing: what happened meanwhile comes with the next good poll', async () => {
		const { host, minute } = fault();
		await host.poll();
		const ids = addLogs(1);
		await minute(true);
		ids.push(...addLogs(1));
		await minute(true);
		expect(idsOf((await minute(false))?.items)).toEqual(ids);
	});

	it('is shown once, and once more for each hour that it lasts', async () => {
		const { host, minute } = fault();
		await host.poll();
		for (let i = 0; i < 120; i++) await minute(true);
		expect(host.failures).toHaveLength(2);
		expect((host.failures[0] as NodeApiError).message).toMatch(
			/Dify failed with an internal error/,
		);
	});

	it('that comes and goes is not shown each time', async () => {
		const { host, minute } = fault();
		await host.poll();
		for (let i = 0; i < 50; i++) await minute(i % 2 === 0);
		expect(host.failures).toHaveLength(1);
	});

	it('is shown at once when it is another one', async () => {
		const answers = [
			{ status: 500, body: { code: 'internal_server_error', message: '', status: 500 } },
			{ status: 401, body: { code: 'unauthorized', message: 'Access token is invalid' } },
		];
		let now = -1;
		const host = n8n({ serve: (path, query) => answers[now] ?? dify.serve(path, query) });
		for (now of [-1, 0, 0, 1, 1, 0]) {
			nowMs += 60_000;
			await host.poll();
		}
		expect(host.failures.map((error) => (error as NodeApiError).failure?.cause)).toEqual([
			'temporarily-unavailable',
			'credential-invalid',
			'temporarily-unavailable',
		]);
	});

	it('of the key is shown again after it worked in between', async () => {
		const { host, minute } = answerWith(401, { code: 'unauthorized', message: 'no' });
		await host.poll();
		await minute(true);
		await minute(false);
		await minute(true);
		expect(host.failures).toHaveLength(2);
	});

	it('of the key fails every attempt to activate the workflow', async () => {
		const { host, minute } = answerWith(401, { code: 'unauthorized', message: 'no' });
		await host.poll();
		await minute(true);
		for (const secondsLater of [1, 2, 4, 8]) {
			nowMs += secondsLater * 1000;
			await host.poll();
		}
		expect(host.failures).toHaveLength(5);
	});

	it('belongs to no item and shows no key', async () => {
		const { host } = answerWith(500, {});
		const broken = n8n({ serve: () => ({ status: 401, body: { message: 'app-1234567890' } }) });
		await broken.poll();
		const [error] = broken.failures as NodeApiError[];
		expect(error?.context).not.toHaveProperty('itemIndex');
		expect(JSON.stringify(error)).not.toContain('app-1234567890');
		expect(host.failures).toEqual([]);
	});

	it.each(['weather', 'constructor'])(
		'is told for the event %s, which does not exist',
		async (event) => {
			const host = n8n({ parameters: { event } });
			await host.poll();
			expect((host.failures[0] as Error).message).toBe(`There is no event "${event}"`);
		},
	);
});

describe('the time of a poll', () => {
	it('is kept: the rest of a backlog follows with the next polls, nothing is lost', async () => {
		const parameters = { ...LOG, startFrom: 'all', options: { includeRunDetails: true } };
		const ids = addLogs(50);
		const host = n8n({
			parameters,
			budgetMs: 10_000,
			onRequest: () => {
				nowMs += 1000;
			},
		});
		let polls = 0;
		for (; host.emitted.length < 50 && polls < 20; polls++) {
			const startMs = nowMs;
			await host.poll();
			expect(nowMs - startMs).toBeLessThan(13_000);
		}
		expect(idsOf(host.emitted)).toEqual(ids);
		expect(polls).toBeGreaterThan(4);
	});

	it('has a limit also where n8n gives none', async () => {
		const parameters = { ...LOG, startFrom: 'all', options: { includeRunDetails: true } };
		addLogs(300);
		const host = n8n({
			parameters,
			onRequest: () => {
				nowMs += 1000;
			},
		});
		const startMs = nowMs;
		await host.poll();
		expect(nowMs - startMs).toBeLessThan(30_000);
		expect(host.emitted.length).toBeGreaterThan(20);
	});

	it('is short after a long silence: one request, however many old entries there are', async () => {
		for (let i = 0; i < 5000; i++) {
			dify.nowMs += 10;
			dify.addLog();
		}
		const host = n8n();
		await host.poll();
		for (let minute = 0; minute < 5; minute++) {
			dify.nowMs += 60_000;
			dify.requests = 0;
			expect(await host.poll()).toBeUndefined();
			expect(dify.requests).toBe(1);
		}
	});

	it('is short in silence although many entries came in the last minutes', async () => {
		const host = n8n({ parameters: { ...LOG, startFrom: 'all' } });
		for (let i = 0; i < 700; i++) {
			dify.nowMs += 50;
			dify.addLog();
		}
		await host.poll();
		expect(host.emitted).toHaveLength(700);
		dify.requests = 0;
		await host.poll();
		expect(dify.requests).toBe(1);
	});
});

it('shows no key in an item that repeats it', async () => {
	const record = {
		id: 'a',
		created_at: 1,
		workflow_run: { status: 'failed' },
		note: 'app-1234567890',
	};
	const host = n8n({
		parameters: { ...LOG, startFrom: 'all' },
		serve: () => ({ body: { data: [record], total: 1 } }),
	});
	expect((await host.poll())?.items).toEqual([
		{ event_id: 'a', ...record, created_at: '1970-01-01T00:00:01.000Z', note: '***' },
	]);
});

it('leaves the later of two polls that overlap without effect', async () => {
	const waiting: Array<() => void> = [];
	let gated = false;
	const host = n8n({
		onRequest: async () => {
			if (gated) await new Promise<void>((resolve) => waiting.push(resolve));
		},
	});
	await host.poll();
	const ids = addLogs(2);
	gated = true;
	const both = [host.poll(), host.poll()];
	while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
	for (const answer of waiting.reverse()) answer();
	await Promise.all(both);
	expect(idsOf(host.emitted)).toEqual(ids);
});

it('shows the same failure again an hour later by the clock, not by the number of polls', async () => {
	let broken = false;
	const host = n8n({
		serve: (path, query) =>
			broken ? { status: 500, body: { code: 'internal_server_error' } } : dify.serve(path, query),
	});
	await host.poll();
	broken = true;
	for (const pause of [60_000, HOUR, 60_000, HOUR]) {
		nowMs += pause;
		await host.poll();
	}
	expect(host.failures).toHaveLength(3);
});
