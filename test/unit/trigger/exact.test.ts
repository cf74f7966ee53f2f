import type { IDataObject } from 'n8n-workflow';

import { FakeN8n, type Answer } from './support/n8n';
import { TiedDify } from './support/tied';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let dify: TiedDify;
let nowMs: number;
/** What the server answers in the place of its own answer. */
let odd: ((path: string, query: IDataObject) => Answer | undefined) | undefined;
/** Milliseconds that a request takes. */
let slowMs: number;

beforeEach(() => {
	dify = new TiedDify();
	odd = undefined;
	slowMs = 0;
	nowMs = Date.UTC(2026, 5, 1);
	jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});
afterEach(() => jest.restoreAllMocks());

const now = () => Math.floor(nowMs / 1000);

function trigger(event: string, parameters: IDataObject = {}): FakeN8n {
	return new FakeN8n({
		parameters: { event, startFrom: 'now', user: 'someone', ...parameters },
		serve: (path, query) => odd?.(path, query) ?? dify.serve(path, query),
		onRequest: () => {
			nowMs += slowMs;
		},
	});
}

/** The next poll, a minute later: the IDs that it gives. */
async function minute(host: FakeN8n): Promise<unknown[]> {
	nowMs += MINUTE;
	return ((await host.poll())?.items ?? []).map(({ id }) => id);
}

async function minutes(host: FakeN8n, count: number): Promise<unknown[]> {
	const ids: unknown[] = [];
	for (let i = 0; i < count; i++) ids.push(...(await minute(host)));
	return ids;
}

function times<T>(count: number, make: (i: number) => T): T[] {
	return Array.from({ length: count }, (_, i) => make(i));
}

const idsOf = (rows: Array<{ id: string }>) => rows.map(({ id }) => id);
const sorted = (ids: unknown[]) => [...ids].sort();

/** What makes a row of an event's list; messages stand in a conversation of their own if none is given. */
function adders(
	talk?: ReturnType<TiedDify['conversation']>,
): Record<string, (at: number) => { id: string }> {
	return {
		workflowLog: (at) => dify.log(at),
		feedback: (at) => dify.feedback(at),
		conversationMessage: (at) => dify.message(talk ?? dify.conversation(at), at),
	};
}

/** How many requests the next poll takes. */
async function requestsOfNextPoll(host: FakeN8n): Promise<number> {
	const before = dify.requests.length;
	expect(await minute(host)).toEqual([]);
	return dify.requests.length - before;
}

describe('rows that share a second', () => {
	it.each([251, 1000])(
		'of the workflow log: %i entries at two a second come once',
		async (count) => {
			const host = trigger('workflowLog');
			dify.log(now() - 1000);
			await host.poll();
			const logs = times(count, (i) => dify.log(now() - 500 + Math.floor(i / 2)));
			expect(sorted(await minutes(host, 3))).toEqual(sorted(idsOf(logs)));
		},
	);

	it('of the workflow log: 250 entries of one second come once', async () => {
		const host = trigger('workflowLog');
		dify.log(now() - 1000);
		await host.poll();
		const logs = times(250, () => dify.log(now()));
		expect(sorted(await minutes(host, 3))).toEqual(sorted(idsOf(logs)));
	});

	it('of the conversations: 101 of them, the two oldest of one second, are all read', async () => {
		const host = trigger('conversationMessage', { startFrom: 'all' });
		const messages = times(101, (i) => {
			const at = now() - 1000 + Math.max(1, i);
			return dify.message(dify.conversation(at), at);
		});
		await host.poll();
		await minutes(host, 2);
		expect(sorted(idsOf(host.emitted as Array<{ id: string }>))).toEqual(sorted(idsOf(messages)));
	});

	it('of one conversation: 101 messages, the two oldest of one second, all come', async () => {
		const talk = dify.conversation(now() - 1000);
		const messages = times(101, (i) => dify.message(talk, now() - 1000 + Math.max(1, i)));
		const host = trigger('conversationMessage', { startFrom: 'all' });
		await host.poll();
		expect(sorted(idsOf(host.emitted as Array<{ id: string }>))).toEqual(sorted(idsOf(messages)));
	});

	it.each([1200, 2500])('of the feedback: %i ratings of one second come once', async (count) => {
		const host = trigger('feedback');
		dify.feedback(now() - 1000);
		await host.poll();
		const rows = times(count, () => dify.feedback(now()));
		expect(sorted(await minutes(host, 6))).toEqual(sorted(idsOf(rows)));
	});
});

describe('rows that become visible late', () => {
	it('of the second that was read last come, although they are listed before it', async () => {
		const host = trigger('conversationMessage');
		const talk = dify.conversation(now() - 1000);
		await host.poll();
		const first = dify.message(talk, now());
		expect(await minute(host)).toEqual([first.id]);
		const late = dify.message(talk, first.at);
		talk.messages.reverse();
		expect(await minute(host)).toEqual([late.id]);
		const next = dify.message(talk, now());
		expect(await minutes(host, 5)).toEqual([next.id]);
	});

	it('of a conversation that was read come although others are used meanwhile', async () => {
		const host = trigger('conversationMessage');
		const talk = dify.conversation(now() - 1000);
		await host.poll();
		const first = dify.message(talk, now());
		expect(await minute(host)).toEqual([first.id]);
		const late = times(3, (i) => dify.message(talk, first.at - 30 + i));
		const others: unknown[] = [];
		const ids: unknown[] = [];
		for (let i = 0; i < 6; i++) {
			others.push(dify.message(dify.conversation(now()), now()).id);
			ids.push(...(await minute(host)));
		}
		expect(sorted(ids)).toEqual(sorted([...idsOf(late), ...others]));
	});

	it.each(['workflowLog', 'feedback', 'conversationMessage'])(
		'come in %s, and nothing comes again',
		async (event) => {
			const talk = dify.conversation(now() - 1000);
			const add = adders(talk);
			const host = trigger(event);
			add[event]?.(now() - 500);
			await host.poll();
			const first = add[event]?.(now());
			expect(await minute(host)).toEqual([first?.id]);
			const late = add[event]?.(now() - 90);
			const next = add[event]?.(now());
			expect(sorted(await minute(host))).toEqual(sorted([late?.id, next?.id]));
			expect(await minutes(host, 5)).toEqual([]);
		},
	);
});

describe('the activation', () => {
	it('alone reads Start Date: a trigger that has begun does not need it any more', async () => {
		const parameters: IDataObject = { startDate: new Date(nowMs).toISOString() };
		const host = new FakeN8n({
			parameters: Object.assign(parameters, { event: 'feedback', startFrom: 'date' }),
			serve: (path, query) => dify.serve(path, query),
		});
		await host.poll();
		parameters.startDate = 'no date';
		const { id } = dify.feedback(now());
		expect(await minute(host)).toEqual([id]);
	});

	it.each(['workflowLog', 'feedback', 'conversationMessage'])(
		'of %s makes what was begun before it, and becomes visible after it, new',
		async (event) => {
			const add = adders();
			const host = trigger(event);
			for (const age of [500, 119, 60, 0]) add[event]?.(now() - age);
			await host.poll();
			const late = add[event]?.(now() - 90);
			expect(await minutes(host, 3)).toEqual([late?.id]);
		},
	);

	it('makes no message new because its conversation is used again', async () => {
		const talks = times(20, (i) => dify.conversation(now() - 20 + i));
		// By the database's clock, which is rounded; the use is by that of the application.
		for (const talk of talks)
			talk.messages.push({ ...dify.message(talk, 0), at: talk.updatedAt + 1 });
		const host = trigger('conversationMessage');
		await host.poll();
		const next = talks.map((talk) => dify.message(talk, now() + 1));
		expect(sorted(await minutes(host, 3))).toEqual(sorted(idsOf(next)));
	});

	it('with more than a poll can read begins all the same', async () => {
		const talks = times(300, (i) => dify.conversation(now() - 60 + Math.floor(i / 5)));
		for (const talk of talks) dify.message(talk, talk.createdAt);
		const host = trigger('conversationMessage');
		await host.poll();
		expect(host.failures).toEqual([]);
		nowMs += 5000;
		const next = dify.message(talks[7] as never, now());
		expect(await minutes(host, 6)).toEqual([next.id]);
	});
});

describe('a 404', () => {
	it('of a proxy does not make a conversation disappear', async () => {
		const talk = dify.conversation(now());
		const host = trigger('conversationMessage');
		await host.poll();
		const message = dify.message(talk, now());
		odd = (path) =>
			path === '/messages' ? { status: 404, body: '<html>Not found</html>' } : undefined;
		expect(await minutes(host, 3)).toEqual([]);
		odd = undefined;
		expect(await minutes(host, 2)).toEqual([message.id]);
	});

	it('of Dify does: the conversation was deleted', async () => {
		const host = trigger('conversationMessage');
		const talk = dify.conversation(now() - 10);
		dify.message(talk, now(), 'paused');
		await host.poll();
		dify.conversations.splice(0);
		await minute(host);
		expect(await requestsOfNextPoll(host)).toBe(1);
	});
});

describe('a message that waits for a human', () => {
	it('comes once, when it is answered, days later', async () => {
		const talk = dify.conversation(now() - 1000);
		const host = trigger('conversationMessage');
		await host.poll();
		const message = dify.message(talk, now(), 'paused');
		message.answer = 'May I?';
		expect(await minutes(host, 40)).toEqual([]);
		nowMs += 3 * DAY;
		expect(await minute(host)).toEqual([]);
		Object.assign(message, { status: 'normal', answer: 'May I? Yes.' });
		expect(await minutes(host, 3)).toEqual([message.id]);
		expect(host.emitted[0]).toMatchObject({ answer: 'May I? Yes.' });
	});

	it('comes when it is answered although Dify calls it normal, after blocking mode', async () => {
		const talk = dify.conversation(now() - 1000);
		const host = trigger('conversationMessage');
		await host.poll();
		const message = dify.message(talk, now());
		const form = { submitted: false, form_definition: { expiration_time: now() + 3 * 86_400 } };
		Object.assign(message, { answer: '', extra_contents: [form] });
		expect(await minutes(host, 40)).toEqual([]);
		nowMs += 2 * DAY;
		expect(await minute(host)).toEqual([]);
		form.submitted = true;
		expect(await minutes(host, 3)).toEqual([]);
		message.answer = 'Approved';
		expect(await minutes(host, 3)).toEqual([message.id]);
	});

	it('is given as it is when its form has expired and no answer came', async () => {
		const talk = dify.conversation(now() - 1000);
		const host = trigger('conversationMessage');
		await host.poll();
		const message = dify.message(talk, now());
		const form = { submitted: false, form_definition: { expiration_time: now() + 86_400 } };
		Object.assign(message, { answer: '', extra_contents: [form] });
		expect(await minutes(host, 2)).toEqual([]);
		nowMs += DAY;
		expect(await minutes(host, 25)).toEqual([message.id]);
	});

	it('does not let others wait that never get an answer', async () => {
		const talk = dify.conversation(now() - 1000);
		const host = trigger('conversationMessage');
		await host.poll();
		const message = dify.message(talk, now());
		message.answer = '';
		expect(await minutes(host, 20)).toEqual([]);
		expect(await minutes(host, 3)).toEqual([message.id]);
	});
});

describe('feedback', () => {
	it('is complete although ratings are taken back while 600 are paged', async () => {
		const host = trigger('feedback');
		dify.feedback(now() - 5000);
		await host.poll();
		const rows = times(600, (i) => dify.feedback(now() - 600 + i));
		let pages = 0;
		dify.before = () => {
			pages += 1;
			// One that was read already, so that all older ones move up.
			if (pages > 2)
				dify.feedbacks = dify.feedbacks.filter(({ id }) => id !== rows[650 - pages * 10]?.id);
		};
		const ids = await minutes(host, 4);
		const left = dify.feedbacks.filter(({ at }) => at > now() - 4000).map(({ id }) => id);
		expect(left.length).toBeLessThan(600);
		expect(left.filter((id) => !ids.includes(id))).toEqual([]);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('is complete although others are given while it is paged', async () => {
		const host = trigger('feedback');
		dify.feedback(now() - 5000);
		await host.poll();
		const rows = times(600, (i) => dify.feedback(now() - 600 + i));
		dify.before = () => {
			for (let i = 0; i < 7; i++) rows.push(dify.feedback(now()));
		};
		const ids = await minute(host);
		dify.before = () => {};
		ids.push(...(await minutes(host, 3)));
		expect(sorted(ids)).toEqual(sorted(idsOf(rows)));
	});

	it('from before the start date comes when it changes', async () => {
		const old = dify.feedback(now() - 500);
		const startDate = new Date(nowMs - 100_000).toISOString();
		const host = trigger('feedback', { startFrom: 'date', startDate });
		await host.poll();
		Object.assign(old, { rating: 'dislike', updatedAt: now() });
		await minute(host);
		expect(host.emitted).toMatchObject([{ id: old.id, change: 'updated', rating: 'dislike' }]);
	});

	it('from before the activation is not new because others were taken back', async () => {
		const rows = times(150, (i) => dify.feedback(now() - 1000 + i));
		const host = trigger('feedback');
		dify.before = () => {
			dify.feedbacks = dify.feedbacks.filter(
				({ id }) => id !== rows[149]?.id && id !== rows[148]?.id,
			);
		};
		await host.poll();
		dify.feedbacks = dify.feedbacks.slice(0, 90);
		expect(await minutes(host, 3)).toEqual([]);
	});
});

it('an entry of the log whose run is not there yet has not ended', async () => {
	const host = trigger('workflowLog');
	dify.log(now() - 1000);
	await host.poll();
	const log = dify.log(now(), null);
	expect(await minutes(host, 2)).toEqual([]);
	log.status = 'failed';
	expect(await minute(host)).toEqual([log.id]);
	const deleted = dify.log(now(), null);
	expect(await minutes(host, 25)).toEqual([deleted.id]);
});

describe('the limits of a poll', () => {
	it('hold for one long conversation on a slow server, which comes completely', async () => {
		const talk = dify.conversation(now() - 100_000);
		const messages = times(6000, (i) => dify.message(talk, now() - 100_000 + i * 3));
		slowMs = 1500;
		const host = trigger('conversationMessage', { startFrom: 'all' });
		for (let polls = 0; polls < 30; polls++) {
			const startMs = nowMs;
			await host.poll();
			expect(nowMs - startMs).toBeLessThan(30_000);
			nowMs += MINUTE;
		}
		expect(host.emitted.map(({ id }) => id)).toEqual(idsOf(messages));
	});

	it.each([
		['workflowLog', '/workflows/logs'],
		['feedback', '/app/feedbacks'],
		['conversationMessage', '/conversations'],
		['conversationMessage', '/messages'],
	])('hold for %s where %s never ends', async (event, endless) => {
		const talk = dify.conversation(now() - 1000);
		dify.message(talk, now() - 1000);
		dify.feedback(now() - 1000);
		dify.log(now() - 1000);
		const host = trigger(event);
		await host.poll();
		odd = (path, query) => {
			if (path !== endless) return undefined;
			dify.requests.push(path);
			const data = times(Number(query.limit), () => ({
				id: dify.random.uuid(),
				created_at: event === 'feedback' ? new Date(nowMs).toISOString() : now(),
				updated_at: event === 'feedback' ? new Date(nowMs).toISOString() : now(),
				answer: 'An answer',
				workflow_run: { status: 'succeeded' },
			}));
			return { body: { data, has_more: true, total: 1e9 } };
		};
		talk.updatedAt = now();
		dify.requests.length = 0;
		await minute(host);
		expect(dify.requests.length).toBeLessThanOrEqual(100);
	});

	it.each(['conversationMessage', 'feedback', 'workflowLog'])(
		'let %s get on although a poll has time for a few requests only',
		async (event) => {
			const rows = times(450, (i) => {
				const at = now() - 5000 + i;
				if (event === 'feedback') return dify.feedback(at);
				return event === 'workflowLog' ? dify.log(at) : dify.message(dify.conversation(at), at);
			});
			slowMs = 4900;
			const host = trigger(event, { startFrom: 'all' });
			await host.poll();
			const count = event === 'workflowLog' ? 100 : 1;
			for (let polls = 0; polls < 5; polls++) await minute(host);
			expect(host.emitted.length).toBeGreaterThanOrEqual(count);
			slowMs = 0;
			await minutes(host, 12);
			expect(sorted(host.emitted.map(({ id }) => id))).toEqual(sorted(idsOf(rows)));
		},
	);

	it('leave the rest to the next poll: 300 conversations come completely', async () => {
		const messages = times(300, (i) => {
			const talk = dify.conversation(now() - 5000 + i);
			return dify.message(talk, now() - 4000 + ((i * 7) % 300));
		});
		const host = trigger('conversationMessage', { startFrom: 'all' });
		await host.poll();
		const early = dify.message(dify.conversations[3] as never, now());
		const late = dify.message(dify.conversations[299] as never, now());
		const before = dify.requests.length;
		await minute(host);
		expect(dify.requests.length - before).toBeLessThanOrEqual(100);
		await minutes(host, 6);
		const all = [...messages, early, late];
		expect(sorted(host.emitted.map(({ id }) => id))).toEqual(sorted(idsOf(all)));
	});
});

it('entries that no filter matches do not end a poll', async () => {
	const host = trigger('workflowLog', { filters: { status: ['failed'] } });
	dify.log(now() - 40 * 86_400);
	await host.poll();
	times(3000, (i) => dify.log(now() - 30 * 86_400 + i * 850));
	const failed = dify.log(now(), 'failed');
	expect(await minute(host)).toEqual([failed.id]);
});

describe('what is odd', () => {
	it('in one conversation costs few requests, and does not hold up the others', async () => {
		const broken = dify.conversation(now() - 1000, '00000000-broken');
		const host = trigger('conversationMessage');
		await host.poll();
		odd = (path, query) =>
			path === '/messages' && query.conversation_id === broken.id
				? { status: 500, body: { code: 'internal_server_error', message: '', status: 500 } }
				: undefined;
		const first = dify.message(broken, now());
		const others: string[] = [];
		for (let i = 0; i < 30; i++) {
			others.push(dify.message(dify.conversation(now()), now()).id);
			await minute(host);
		}
		expect(host.emitted.map(({ id }) => id)).toEqual(others);
		nowMs += DAY;
		await minutes(host, 3);
		expect(await requestsOfNextPoll(host)).toBeLessThanOrEqual(2);
		odd = undefined;
		expect(await minutes(host, 3)).toEqual([first.id]);
	});

	it.each(['workflowLog', 'feedback', 'conversationMessage'])(
		'a row of %s from the future does not hide later ones',
		async (event) => {
			const add = adders();
			const host = trigger(event);
			add[event]?.(now() - 500);
			await host.poll();
			const ids = [add[event]?.(now() + 365 * 86_400).id];
			for (let i = 0; i < 5; i++) {
				ids.push(add[event]?.(now()).id);
				await minute(host);
			}
			expect(sorted(host.emitted.map(({ id }) => id))).toEqual(sorted(ids));
		},
	);

	it('is a future in which all rows are: the clock of the server is ahead', async () => {
		const host = trigger('workflowLog');
		const ahead = 3600;
		times(120, (i) => dify.log(now() + ahead - 120 + i));
		await host.poll();
		const logs: string[] = [];
		for (let i = 0; i < 10; i++) {
			logs.push(...times(50, () => dify.log(now() + ahead).id));
			await minute(host);
		}
		await minutes(host, 3);
		expect(sorted(host.emitted.map(({ id }) => id))).toEqual(sorted(logs));
	});

	it.each(['__proto__', 'constructor', 'toString'])(
		'a conversation that is called %s is one like any other',
		async (id) => {
			const host = trigger('conversationMessage');
			await host.poll();
			const message = dify.message(dify.conversation(now(), id), now());
			expect(await minutes(host, 3)).toEqual([message.id]);
		},
	);
});

describe('after a year', () => {
	it.each(['workflowLog', 'feedback', 'conversationMessage', 'oneConversation'])(
		'a quiet poll of %s takes one request',
		async (name) => {
			const talk = dify.conversation(now() - 100);
			const parameters =
				name === 'oneConversation' ? { filters: { conversationId: talk.id } } : undefined;
			const host = trigger(parameters ? 'conversationMessage' : name, parameters);
			times(600, (i) => {
				const at = now() - 100 + Math.floor(i / 6);
				dify.log(at);
				dify.feedback(at);
				dify.message(talk, at);
				dify.message(dify.conversation(at), at);
			});
			await host.poll();
			const { id } = dify.message(talk, now());
			const ids = { workflowLog: dify.log(now()).id, feedback: dify.feedback(now()).id };
			expect(await minute(host)).toEqual([ids[name as 'feedback'] ?? id]);
			nowMs += 365 * DAY;
			// Everything of the last two minutes is read once more, for what became visible late.
			await minutes(host, 12);
			expect(await requestsOfNextPoll(host)).toBe(1);
			expect(host.size).toBeLessThan(64_000);
		},
	);
});
