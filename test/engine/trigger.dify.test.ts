import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startDifySimulator, type DifySimulator } from '../simulators/dify';
import type { WorkflowLog } from '../simulators/dify/state';
import { TriggerHost } from '../support/engine/poll';

const WORKFLOW_KEY = 'app-workflow-key';

let dify: DifySimulator;

beforeAll(async () => {
	dify = await startDifySimulator({ version: '1.14' });
});
beforeEach(() => dify.reset());
afterAll(async () => await dify.close());

function trigger(parameters: INodeParameters, apiKey = dify.apiKey): TriggerHost {
	return new TriggerHost({
		parameters,
		credentials: { difyApi: { baseUrl: dify.baseUrl, apiKey } },
	});
}

/** A trigger on the logs of the Workflow app. */
function logTrigger(parameters: INodeParameters = {}): TriggerHost {
	return trigger({ event: 'workflowLog', ...parameters }, WORKFLOW_KEY);
}

/** Logs a second apart: within a second they would have no order. */
function seedLogs(count: number): [WorkflowLog, WorkflowLog, ...WorkflowLog[]] {
	const now = Date.now();
	const logs = Array.from({ length: count }, (_, i) =>
		dify.seed.log({ createdAt: now + (i - count) * 1000 }),
	);
	return logs as [WorkflowLog, WorkflowLog];
}

function idsOf(items: IDataObject[] | null): unknown[] {
	return (items ?? []).map(({ event_id: id }) => id);
}

/** Requests since the call, by path below /v1. */
function countRequests(): () => string[] {
	const before = dify.requests.length;
	return () => dify.requests.slice(before).map(({ path }) => path.replace('/v1', ''));
}

describe('the activation', () => {
	it('says so when the key is wrong, and shows no key', async () => {
		const host = trigger({ event: 'feedback' }, 'app-wrong-secret');
		const error = await host.activate().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({ message: 'Dify does not accept the API key', httpCode: '401' });
		expect(JSON.stringify(error)).not.toContain('app-wrong-secret');
		expect(host.saved).toEqual({});
	});

	it('says so when the server cannot be reached', async () => {
		const host = new TriggerHost({
			parameters: { event: 'feedback' },
			credentials: { difyApi: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'app-x' } },
		});
		await expect(host.activate()).rejects.toMatchObject({
			message: 'The Dify server cannot be reached',
		});
	});

	it('keeps the starting point in the database at once', async () => {
		const host = logTrigger();
		dify.seed.log();
		await host.activate();
		host.kill();
		const log = dify.seed.log();
		expect(idsOf((await host.activate()).items)).toEqual([log.id]);
	});

	it('starts afresh under another name of the node', async () => {
		const host = logTrigger({ startFrom: 'all' });
		const log = dify.seed.log();
		expect(idsOf((await host.activate()).items)).toEqual([log.id]);
		host.change({ name: 'Renamed' });
		expect(idsOf((await host.activate()).items)).toEqual([log.id]);
	});
});

describe('workflow logs', () => {
	it('come once each, oldest first, although all have the same second', async () => {
		const host = logTrigger();
		await host.activate();
		const createdAt = Date.now();
		const logs = Array.from({ length: 250 }, () => dify.seed.log({ createdAt }));
		const first = await host.poll();
		const late = dify.seed.log({ createdAt });
		const second = await host.poll();
		expect(new Set(idsOf(first.items))).toEqual(new Set(logs.map(({ id }) => id)));
		expect(first.items).toHaveLength(250);
		expect(idsOf(second.items)).toEqual([late.id]);
		expect((await host.poll()).items).toBeNull();
	});

	it('come by the clock of the server, however wrong it is', async () => {
		const host = logTrigger();
		const longAgo = Date.UTC(2001, 0, 1);
		dify.seed.log({ createdAt: longAgo });
		await host.activate();
		const logs = [1, 2, 3].map((i) => dify.seed.log({ createdAt: longAgo + i * 1000 }));
		expect(idsOf((await host.poll()).items)).toEqual(logs.map(({ id }) => id));
	});

	it('come when the run has ended', async () => {
		const host = logTrigger();
		await host.activate();
		const running = dify.seed.log({ status: 'running' });
		const quick = dify.seed.log();
		expect(idsOf((await host.poll()).items)).toEqual([quick.id]);
		running.status = 'failed';
		const { items } = await host.poll();
		expect(items).toEqual([
			expect.objectContaining({
				event_id: running.id,
				workflow_run: expect.objectContaining({ status: 'failed' }) as object,
			}),
		]);
		expect((await host.poll()).items).toBeNull();
	});

	it('have the fields of the list and an event_id', async () => {
		const host = logTrigger({ startFrom: 'all' });
		dify.seed.log();
		const { items } = await host.activate();
		expect(Object.keys(items?.[0] ?? {})).toEqual([
			'event_id',
			'id',
			'workflow_run',
			'details',
			'created_from',
			'created_by_role',
			'created_by_account',
			'created_by_end_user',
			'created_at',
		]);
	});

	it('cost one request while there is nothing new behind 100,000 old ones', async () => {
		const before = Date.now() - 200_000_000;
		for (let i = 0; i < 100_000; i++) dify.seed.log({ createdAt: before + i * 1000 });
		const host = logTrigger();
		await host.activate();
		const requests = countRequests();
		expect((await host.poll()).items).toBeNull();
		expect(requests()).toEqual(['/workflows/logs']);
	});

	it('come in portions after a long time without n8n, none missing', async () => {
		const host = logTrigger();
		dify.seed.log({ createdAt: Date.now() - 10_000_000 });
		await host.activate();
		host.kill();
		const logs = Array.from({ length: 2_345 }, (_, i) =>
			dify.seed.log({ createdAt: Date.now() - 9_000_000 + i * 1000 }),
		);
		const first = await host.activate();
		expect(first.items?.length).toBeLessThanOrEqual(1100);
		while ((await host.poll()).items) expect(host.emitted.length).toBeLessThan(5000);
		expect(idsOf(host.emitted)).toEqual(logs.map(({ id }) => id));
	});
});

describe('the filters of workflow logs', () => {
	const give = async (parameters: INodeParameters, seed: () => void) => {
		const host = logTrigger(parameters);
		await host.activate();
		seed();
		return (await host.poll()).items ?? [];
	};

	it('choose by status, also those that get it later', async () => {
		const host = logTrigger({ filters: { status: ['failed', 'stopped'] } });
		await host.activate();
		const later = dify.seed.log({ status: 'running' });
		dify.seed.log({ status: 'succeeded' });
		const failed = dify.seed.log({ status: 'failed' });
		expect(idsOf((await host.poll()).items)).toEqual([failed.id]);
		later.status = 'stopped';
		expect(idsOf((await host.poll()).items)).toEqual([later.id]);
	});

	it('choose by session', async () => {
		const filters = { createdByEndUserSessionId: 'anna' };
		const items = await give({ filters }, () => {
			dify.seed.log({ user: 'anna' });
			dify.seed.log({ user: 'bert' });
		});
		expect(items).toEqual([
			expect.objectContaining({
				created_by_end_user: expect.objectContaining({ session_id: 'anna' }) as object,
			}),
		]);
	});

	it('choose by account', async () => {
		const filters = { createdByAccount: 'owner@chatflow.example' };
		const items = await give({ filters }, () => {
			dify.seed.log({ byAccount: true });
			dify.seed.log({ user: 'bert' });
		});
		expect(items).toEqual([expect.objectContaining({ created_by_role: 'account' })]);
	});

	it('fail the activation when the account does not exist', async () => {
		const host = logTrigger({ filters: { createdByAccount: 'nobody@example.com' } });
		await expect(host.activate()).rejects.toMatchObject({ httpCode: '400' });
	});

	it('choose by a keyword, also when it stands in the output of a long run', async () => {
		const host = logTrigger({ filters: { keyword: 'invoice' } });
		await host.activate();
		const running = dify.seed.log({ status: 'running', text: '' });
		dify.seed.log({ text: 'about the weather' });
		const match = dify.seed.log({ text: 'an INVOICE' });
		expect(idsOf((await host.poll()).items)).toEqual([match.id]);
		Object.assign(running, { status: 'succeeded', text: 'invoice 7' });
		expect(idsOf((await host.poll()).items)).toEqual([running.id]);
	});
});

describe('the details of runs', () => {
	it('come with each log, the inputs as JSON, and null when they are gone', async () => {
		const host = logTrigger({ options: { includeRunDetails: true } });
		await host.activate();
		const [gone, log] = seedLogs(2);
		dify.state.runs.set(log.runId, {
			id: log.runId,
			taskId: 'task',
			appId: log.appId,
			endUserId: log.endUserId ?? '',
			conversationId: null,
			messageId: null,
			workflowId: 'workflow',
			status: 'succeeded',
			inputs: { city: 'Łódź' },
			outputs: { text: 'sunny' },
			error: null,
			totalSteps: 3,
			totalTokens: 150,
			exceptionsCount: 0,
			createdAt: log.createdAt,
			finishedAt: log.finishedAt,
		});
		const { items } = await host.poll();
		expect(items?.map(({ id }) => id)).toEqual([gone.id, log.id]);
		expect(items?.[0]).toHaveProperty('run_details', null);
		expect(items?.[1]).toMatchObject({
			run_details: { inputs: { city: 'Łódź' }, outputs: { text: 'sunny' } },
		});
	});
});

describe('failing requests', () => {
	it('lose no place', async () => {
		const host = logTrigger();
		await host.activate();
		const logs = seedLogs(2);
		dify.faults.add({ path: '/workflows/logs', action: 'respond', preset: '500', times: 2 });
		const first = await host.poll();
		expect(first.error).toMatchObject({ message: 'Dify failed with an internal error' });
		expect(idsOf((await host.poll()).items)).toEqual([]);
		expect(idsOf((await host.poll()).items)).toEqual(logs.map(({ id }) => id));
	});

	it('in the middle of the details give what was there before, and the rest later', async () => {
		const host = logTrigger({ options: { includeRunDetails: true } });
		await host.activate();
		const logs = seedLogs(3);
		dify.faults.add({ path: '/workflows/run/*', action: 'respond', preset: '500', skip: 2 });
		expect(idsOf((await host.poll()).items)).toEqual(logs.slice(0, 2).map(({ id }) => id));
		expect(idsOf((await host.poll()).items)).toEqual([logs[2]?.id]);
	});
});

describe('the feedback', () => {
	it.each([true, false])('comes when it is new and when it changes (zone: %s)', async (isoZone) => {
		dify.settings.isoZone = isoZone;
		const host = trigger({ event: 'feedback' });
		dify.seed.feedback();
		await host.activate();
		const feedback = dify.seed.feedback({ rating: 'like' });
		const created = await host.poll();
		expect(created.items).toEqual([
			expect.objectContaining({ id: feedback.id, change: 'created', rating: 'like' }),
		]);
		Object.assign(feedback, { rating: 'dislike', content: 'Too long', updatedAt: Date.now() });
		const updated = await host.poll();
		expect(updated.items).toEqual([
			expect.objectContaining({ id: feedback.id, change: 'updated', content: 'Too long' }),
		]);
		expect(updated.items?.[0]?.event_id).not.toBe(created.items?.[0]?.event_id);
		expect((await host.poll()).items).toBeNull();
	});

	it('comes completely from a long list, oldest first', async () => {
		const start = Date.now() - 10_000_000;
		const all = Array.from({ length: 1_730 }, (_, i) =>
			dify.seed.feedback({ createdAt: start + i * 1000 }),
		);
		const host = trigger({ event: 'feedback', startFrom: 'all' });
		await host.activate();
		while ((await host.poll()).items) expect(host.emitted.length).toBeLessThan(5000);
		expect(host.emitted.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
	});

	it('costs one request while there is little of it', async () => {
		const host = trigger({ event: 'feedback' });
		for (let i = 0; i < 20; i++) dify.seed.feedback();
		await host.activate();
		const requests = countRequests();
		await host.poll();
		expect(requests()).toEqual(['/app/feedbacks']);
	});
});

describe('the filters and options of feedback', () => {
	it('choose by rating, also one that is changed to it', async () => {
		const host = trigger({ event: 'feedback', filters: { rating: 'dislike' } });
		await host.activate();
		const liked = dify.seed.feedback({ rating: 'like' });
		const disliked = dify.seed.feedback({ rating: 'dislike' });
		expect((await host.poll()).items).toMatchObject([{ id: disliked.id, change: 'created' }]);
		Object.assign(liked, { rating: 'dislike', updatedAt: Date.now() });
		expect((await host.poll()).items).toMatchObject([{ id: liked.id, change: 'updated' }]);
	});

	it('choose by source', async () => {
		const host = trigger({ event: 'feedback', filters: { source: 'admin' } });
		await host.activate();
		dify.seed.feedback();
		const team = dify.seed.feedback();
		Object.assign(team, { endUserId: null, accountId: 'account' });
		expect((await host.poll()).items).toMatchObject([{ id: team.id, from_source: 'admin' }]);
	});

	it.each([
		['1.14', { query: 'How long?', answer: 'Two days', user: 'anna' }],
		['1.12', { query: null, answer: null, user: null }],
	])('add what was asked and answered, on Dify %s', async (version, expected) => {
		dify.setVersion(version as '1.14');
		const host = trigger({ event: 'feedback', options: { includeQuestion: true } });
		await host.activate();
		const start = Date.now() - 300_000;
		const asked = { user: 'anna', query: 'How long?', answer: 'Two days', createdAt: start };
		const message = dify.seed.message(asked);
		for (let i = 1; i < 120; i++) {
			const createdAt = start + i * 1000;
			dify.seed.message({ conversationId: message.conversationId, createdAt });
		}
		dify.seed.feedback({ messageId: message.id, rating: 'dislike' });
		const { items } = await host.poll();
		dify.setVersion('1.14');
		expect(items).toEqual([expect.objectContaining(expected)]);
	});

	it('add what was asked with two requests, the user once for all', async () => {
		const host = trigger({ event: 'feedback', options: { includeQuestion: true } });
		await host.activate();
		for (let i = 0; i < 3; i++) {
			dify.seed.feedback({ messageId: dify.seed.message({ user: 'anna' }).id });
		}
		const requests = countRequests();
		expect((await host.poll()).items).toHaveLength(3);
		expect(requests()).toHaveLength(1 + 1 + 3);
	});
});

describe('the options of all events of Dify', () => {
	it('limit how many come at once, the oldest first', async () => {
		const host = logTrigger({ options: { maxEvents: 2 } });
		await host.activate();
		const ids = Array.from({ length: 5 }, () => dify.seed.log().id);
		const polls = [await host.poll(), await host.poll(), await host.poll(), await host.poll()];
		expect(polls.map(({ items }) => items?.length ?? 0)).toEqual([2, 2, 1, 0]);
		expect(idsOf(host.emitted).sort()).toEqual([...ids].sort());
	});

	it('leave the fields that most people need', async () => {
		const options = { simplify: true };
		const log = logTrigger({ startFrom: 'all', options });
		dify.seed.log();
		const message = trigger({
			event: 'conversationMessage',
			user: 'anna',
			startFrom: 'all',
			options,
		});
		dify.seed.message({ user: 'anna' });
		const feedback = trigger({ event: 'feedback', startFrom: 'all', options });
		dify.seed.feedback();
		const keysOf = async (host: TriggerHost) =>
			Object.keys((await host.activate()).items?.[0] ?? {});
		expect(await keysOf(log)).toEqual(['event_id', 'id', 'workflow_run', 'created_at']);
		expect(await keysOf(message)).toEqual([
			'event_id',
			'id',
			'conversation_id',
			'query',
			'answer',
			'status',
			'created_at',
		]);
		expect(await keysOf(feedback)).toEqual([
			'event_id',
			'change',
			'id',
			'rating',
			'content',
			'message_id',
			'conversation_id',
			'from_source',
			'created_at',
		]);
	});
});

it.each([true, false])('times are ISO texts in UTC in all events (zone: %s)', async (isoZone) => {
	dify.settings.isoZone = isoZone;
	const createdAt = Date.UTC(2026, 1, 3, 4, 5, 6);
	const time = '2026-02-03T04:05:06.000Z';
	dify.seed.log({ createdAt });
	dify.seed.message({ user: 'anna', createdAt });
	dify.seed.feedback({ createdAt });
	const [log] = (await logTrigger({ startFrom: 'all' }).activate()).items ?? [];
	expect(log).toMatchObject({ created_at: time, workflow_run: { created_at: time } });
	for (const event of ['conversationMessage', 'feedback']) {
		const { items } = await trigger({ event, user: 'anna', startFrom: 'all' }).activate();
		expect(items).toMatchObject([{ created_at: time }]);
	}
	dify.settings.isoZone = false;
});

describe('the messages of a user', () => {
	const messages = (parameters: INodeParameters = {}) =>
		trigger({ event: 'conversationMessage', user: 'anna', ...parameters });

	it('come from all conversations, oldest first, and not from those of others', async () => {
		const old = dify.seed.message({ user: 'anna' });
		const host = messages();
		await host.activate();
		const now = Date.now();
		const sent = [
			dify.seed.message({ conversationId: old.conversationId, createdAt: now + 2000 }),
			dify.seed.message({ user: 'anna', createdAt: now + 3000 }),
			dify.seed.message({ conversationId: old.conversationId, createdAt: now + 4000 }),
		];
		dify.seed.message({ user: 'bert', createdAt: now + 5000 });
		expect(idsOf((await host.poll()).items)).toEqual(sent.map(({ id }) => id));
		expect((await host.poll()).items).toBeNull();
	});

	it('come when they are answered', async () => {
		const host = messages();
		await host.activate();
		const message = dify.seed.message({ user: 'anna', answer: '' });
		// A blank seed is an answer to the simulator, too.
		message.answer = '';
		expect((await host.poll()).items).toBeNull();
		message.answer = 'At last';
		expect((await host.poll()).items).toEqual([
			expect.objectContaining({ event_id: message.id, answer: 'At last' }),
		]);
	});

	it('come from one conversation when it is chosen', async () => {
		const wanted = dify.seed.message({ user: 'anna', createdAt: Date.now() - 5000 });
		const host = messages({ filters: { conversationId: wanted.conversationId } });
		await host.activate();
		dify.seed.message({ user: 'anna' });
		const next = dify.seed.message({ conversationId: wanted.conversationId });
		expect(idsOf((await host.poll()).items)).toEqual([next.id]);
	});

	it('come from one conversation that was picked from the list', async () => {
		const wanted = dify.seed.message({ user: 'anna' });
		const conversationId = { __rl: true, mode: 'list', value: wanted.conversationId };
		const host = messages({ filters: { conversationId } });
		await host.activate();
		dify.seed.message({ user: 'anna' });
		const next = dify.seed.message({ conversationId: wanted.conversationId });
		expect(idsOf((await host.poll()).items)).toEqual([next.id]);
	});

	it('fail the activation when the conversation or the user is missing', async () => {
		const filters = { conversationId: '45701982-8118-4bc5-8e9b-64562b4555f2' };
		await expect(messages({ filters }).activate()).rejects.toMatchObject({
			message: 'There is no such conversation',
		});
		await expect(messages({ user: ' ' }).activate()).rejects.toMatchObject({
			message: 'User is empty',
		});
	});

	it('cost one request in silence', async () => {
		const host = messages();
		const before = Date.now() - 100_000;
		for (let i = 0; i < 5; i++) {
			dify.seed.message({ user: 'anna', createdAt: before - i * 200_000 });
		}
		await host.activate();
		await host.poll();
		const requests = countRequests();
		await host.poll();
		expect(requests()).toEqual(['/conversations']);
	});

	it('come from long conversations and long lists, none missing', async () => {
		const start = Date.now() - 50_000_000;
		const talks = Array.from({ length: 130 }, (_, i) =>
			dify.seed.conversation({ user: 'anna', createdAt: start + i * 1000 }),
		);
		const all = Array.from({ length: 1_500 }, (_, i) =>
			dify.seed.message({
				conversationId: talks[i % 3 === 0 ? 0 : i % 130]?.id,
				createdAt: start + 200_000 + i * 1000,
			}),
		);
		const host = messages({ startFrom: 'all' });
		await host.activate();
		while ((await host.poll()).items) expect(host.emitted.length).toBeLessThan(5000);
		expect(idsOf(host.emitted).sort()).toEqual(all.map(({ id }) => id).sort());
	});
});

it('a manual test says so when there is nothing yet', async () => {
	const { error } = await logTrigger()
		.test()
		.catch((thrown: Error) => ({ error: thrown }));
	expect(error).toMatchObject({ message: 'There are no events yet' });
});

it('a manual test shows recent events and changes nothing', async () => {
	const host = logTrigger();
	await host.activate();
	const before = JSON.stringify(host.saved);
	const logs = seedLogs(2);
	expect(idsOf((await host.test()).items)).toEqual(logs.map(({ id }) => id));
	expect(JSON.stringify(host.saved)).toBe(before);
	expect(idsOf((await host.poll()).items)).toEqual(logs.map(({ id }) => id));
});
