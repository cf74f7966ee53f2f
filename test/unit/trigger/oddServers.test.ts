import type { IDataObject } from 'n8n-workflow';

import { share } from '../../support/share';
import { ModelDify } from './support/model';
import { FakeN8n, type Answer, type FakeSetup } from './support/n8n';
import { Random } from './support/random';

let dify: ModelDify;
let nowMs: number;
/** What the server answers in the place of its own answer. */
let odd: ((path: string, query: IDataObject) => Answer | undefined) | undefined;
/** How long a request takes. */
let slowMs: number;

beforeEach(() => {
	dify = new ModelDify(new Random(3));
	odd = undefined;
	slowMs = 0;
	nowMs = Date.UTC(2026, 5, 1);
	jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});
afterEach(() => jest.restoreAllMocks());

function n8n(parameters: IDataObject, setup: Partial<FakeSetup> = {}): FakeN8n {
	return new FakeN8n({
		parameters: { startFrom: 'now', user: 'someone', ...parameters },
		serve: (path, query) => odd?.(path, query) ?? dify.serve(path, query),
		onRequest: () => {
			nowMs += slowMs;
		},
		...setup,
	});
}

async function minute(host: FakeN8n): Promise<IDataObject[]> {
	nowMs += 60_000;
	dify.nowMs += 60_000;
	return (await host.poll())?.items ?? [];
}

function idsOf(items: IDataObject[]): unknown[] {
	return items.map(({ event_id: id }) => id);
}

function addLogs(count: number, options: Parameters<ModelDify['addLog']>[0] = {}): string[] {
	return Array.from({ length: count }, () => {
		dify.nowMs += 1000;
		return dify.addLog(options).id;
	});
}

describe('the workflow log of an odd server', () => {
	const LOG = { event: 'workflowLog' };

	it('is not passed over where the total is no number', async () => {
		addLogs(1);
		const host = n8n(LOG);
		await host.poll();
		const ids = addLogs(150);
		odd = (path, query) => {
			const { body } = dify.serve(path, query);
			return { body: { ...(body as IDataObject), total: 'many' } };
		};
		await minute(host);
		odd = undefined;
		await minute(host);
		expect(idsOf(host.emitted)).toEqual(ids);
	});

	it.each([
		['no number', 'many'],
		['far too large', 1e12],
	])('is read to an end where the total is %s', async (_what, total) => {
		const host = n8n(LOG);
		addLogs(1);
		await host.poll();
		const [id] = addLogs(1, { runMs: 90_000 });
		await minute(host);
		odd = (path, query) => {
			const { body } = dify.serve(path, query);
			return query.created_at__before ? { body: { ...(body as IDataObject), total } } : { body };
		};
		await minute(host);
		await minute(host);
		expect(idsOf(host.emitted)).toEqual([id]);
	});

	it('is read within the time although many runs have not ended', async () => {
		addLogs(1);
		const host = n8n(LOG, { budgetMs: 36_000 });
		await host.poll();
		addLogs(40, { runMs: 10 * 60_000 });
		await minute(host);
		const ids = addLogs(1);
		slowMs = 8000;
		const startMs = nowMs;
		const items = await minute(host);
		expect(nowMs - startMs - 60_000).toBeLessThan(36_000 + 2 * 8000);
		expect(idsOf(items)).toEqual(ids);
		slowMs = 0;
		dify.nowMs += 10 * 60_000;
		for (let i = 0; i < 4; i++) await minute(host);
		expect(host.emitted).toHaveLength(41);
	});
});

describe('runs that never end', () => {
	const FAILED = { event: 'workflowLog', filters: { status: ['failed'] } };
	const DAY = 24 * 60 * 60_000;

	it('do not hide the end of others, however many they become', async () => {
		addLogs(1);
		const host = n8n(FAILED);
		await host.poll();
		// In both lengths more than the 1,000 runs that are waited for.
		for (let day = 0; day < share(14, 3); day++) {
			addLogs(share(100, 467), { runMs: Infinity });
			for (let i = 0; i < 10; i++) await minute(host);
			dify.nowMs += DAY;
		}
		const [id] = addLogs(1, { runMs: 90_000, status: 'failed' });
		for (let i = 0; i < 80; i++) await minute(host);
		expect(idsOf(host.emitted)).toEqual([id]);
	});

	it('are waited for as long as they are few', async () => {
		addLogs(1);
		const host = n8n({ event: 'workflowLog' });
		await host.poll();
		const ids = addLogs(30, { runMs: 30 * DAY });
		for (let day = 0; day < 28; day++) {
			expect(await minute(host)).toEqual([]);
			dify.nowMs += DAY;
		}
		dify.nowMs += 3 * DAY;
		for (let i = 0; i < 3; i++) await minute(host);
		expect(idsOf(host.emitted).sort()).toEqual(ids.sort());
	});
});

describe('the conversations of an odd server', () => {
	const MESSAGES = { event: 'conversationMessage' };

	it('are read although one of them never can be, and that is told', async () => {
		dify.addMessage(dify.addConversation());
		const host = n8n(MESSAGES);
		await host.poll();
		const broken = dify.addConversation();
		dify.nowMs += 5000;
		const lost = dify.addMessage(broken).id;
		odd = (path, query) =>
			path === '/messages' && query.conversation_id === broken.id
				? { status: 500, body: { code: 'internal_server_error', message: '', status: 500 } }
				: undefined;
		const ids: string[] = [];
		for (let i = 0; i < 10; i++) {
			dify.nowMs += 10_000;
			ids.push(dify.addMessage(dify.addConversation()).id);
			await minute(host);
		}
		expect(idsOf(host.emitted)).toEqual(ids);
		for (let i = 0; i < 10; i++) await minute(host);
		expect(host.failures).toEqual([
			expect.objectContaining({
				message: expect.stringContaining('Dify failed with an internal error') as string,
			}),
		]);
		odd = undefined;
		expect(idsOf(await minute(host))).toEqual([lost]);
		expect(host.emitted).toHaveLength(11);
	});

	it('are not asked one by one while the server fails for all', async () => {
		for (let i = 0; i < 30; i++) dify.addMessage(dify.addConversation());
		const host = n8n({ ...MESSAGES, startFrom: 'all' });
		odd = (path) => (path === '/messages' ? { status: 500, body: {} } : undefined);
		let requests = 0;
		const count = odd;
		odd = (path, query) => {
			requests += 1;
			return count(path, query);
		};
		await host.poll();
		expect(requests).toBeLessThan(6);
		expect(host.failures).toHaveLength(1);
		expect(host.state()).toEqual({});
	});

	it('are not read for ever where the list has no end', async () => {
		dify.addMessage(dify.addConversation());
		const host = n8n(MESSAGES);
		await host.poll();
		dify.nowMs += 1000;
		const { id } = dify.addMessage(dify.addConversation());
		slowMs = 100;
		odd = (path, query) => {
			if (path !== '/conversations') return undefined;
			const { body } = dify.serve(path, { ...query, last_id: undefined });
			return { body: { ...(body as IDataObject), has_more: true } };
		};
		dify.requests = 0;
		expect(await minute(host)).toEqual([]);
		expect(dify.requests).toBeLessThan(1000);
		expect(host.failures).toHaveLength(1);
		odd = undefined;
		await minute(host);
		expect(idsOf(host.emitted)).toEqual([id]);
	});

	it('are not read for ever where a page of messages comes again and again', async () => {
		const talk = dify.addConversation();
		dify.addMessage(talk);
		const host = n8n(MESSAGES);
		await host.poll();
		dify.nowMs += 200_000;
		const { id } = dify.addMessage(dify.addConversation());
		odd = (path, query) => {
			if (path !== '/messages') return undefined;
			if (dify.requests > 500) throw new Error('The messages are read for ever');
			const { body } = dify.serve(path, { ...query, first_id: undefined });
			return { body: { ...(body as IDataObject), has_more: true } };
		};
		dify.requests = 0;
		expect(await minute(host)).toEqual([]);
		expect(host.failures).toHaveLength(1);
		odd = undefined;
		await minute(host);
		expect(idsOf(host.emitted)).toEqual([id]);
	});
});

describe('the feedback of an odd server', () => {
	const FEEDBACK = { event: 'feedback' };
	const addFeedback = (count: number) =>
		Array.from({ length: count }, () => {
			dify.nowMs += 1000;
			return dify.addFeedback().id;
		});
	const given = (items: IDataObject[]) => items.map(({ id }) => id);

	it('that is there at the activation is not new because it could not be read in time', async () => {
		addFeedback(450);
		slowMs = 20_000;
		const host = n8n(FEEDBACK);
		await host.poll();
		slowMs = 0;
		await minute(host);
		const ids = addFeedback(2);
		await minute(host);
		expect(given(host.emitted)).toEqual(ids);
	});

	it('has not changed because the server names the zone from now on', async () => {
		addFeedback(3);
		const host = n8n(FEEDBACK);
		await host.poll();
		odd = (path, query) => {
			const { data } = dify.serve(path, query).body as { data: IDataObject[] };
			const withoutZone = (time: unknown) => String(time).replace('Z', '');
			return {
				body: {
					data: data.map((row) => ({
						...row,
						created_at: withoutZone(row.created_at),
						updated_at: withoutZone(row.updated_at),
					})),
				},
			};
		};
		expect(await minute(host)).toEqual([]);
	});

	it('of the very second of the start date is given', async () => {
		dify.nowMs = Date.UTC(2026, 1, 1) - 1000;
		const [, ...ids] = Array.from({ length: 3 }, () => {
			const { id } = dify.addFeedback();
			dify.nowMs += 1000;
			return id;
		});
		const host = n8n({ ...FEEDBACK, startFrom: 'date', startDate: '2026-02-01T00:00:00Z' });
		await host.poll();
		expect(given(host.emitted)).toEqual(ids);
	});

	it('comes with at most 1000 items at once, changes of the last two minutes among them', async () => {
		addFeedback(400);
		const host = n8n(FEEDBACK);
		await host.poll();
		for (const row of dify.feedbacks) Object.assign(row, { rating: 'dislike' });
		addFeedback(950);
		const first = await minute(host);
		expect(first).toHaveLength(1000);
		await minute(host);
		await minute(host);
		expect(new Set(idsOf(host.emitted)).size).toBe(950 + 121);
		expect(host.emitted).toHaveLength(950 + 121);
	});
});

describe('a failure in a running workflow', () => {
	it('is not shown every minute when it lies in the parameters', async () => {
		dify.addMessage(dify.addConversation());
		const parameters: IDataObject = { event: 'conversationMessage' };
		const user = { name: 'someone' };
		Object.defineProperty(parameters, 'user', { get: () => user.name, enumerable: true });
		const host = new FakeN8n({ parameters, serve: dify.serve });
		await host.poll();
		user.name = '';
		for (let i = 0; i < 5; i++) await minute(host);
		expect(host.failures).toEqual([expect.objectContaining({ message: 'User is empty' })]);
		user.name = 'someone';
		const { id } = dify.addMessage(dify.addConversation());
		expect(idsOf(await minute(host))).toEqual([id]);
	});

	it('is not shown every minute where an overloaded server refuses now so, now so', async () => {
		const host = n8n({ event: 'feedback' });
		await host.poll();
		let requests = 0;
		odd = () => {
			requests += 1;
			const code = requests % 2 === 0 ? 'too_many_requests_for_now' : 'internal_server_error';
			return { status: requests % 2 === 0 ? 429 : 500, body: { code, message: '' } };
		};
		for (let i = 0; i < 10; i++) await minute(host);
		expect(requests).toBeGreaterThan(9);
		expect(host.failures).toHaveLength(1);
	});
});
