import type { IDataObject } from 'n8n-workflow';

import { share } from '../../support/share';
import { ModelDify } from './support/model';
import { FakeN8n } from './support/n8n';
import { firstSeed, Random } from './support/random';

/** n8n writes a workflow's whole memory at once into one column of its database: keep it small. */
const LIMIT_BYTES = 150_000;

/** The memory depends on what happens between two polls, not on their number: half a day will do. */
const PAUSE_MS = 12 * 60 * 60_000;
const DAYS = share(365, 60);
const POLLS = (DAYS * 24 * 60 * 60_000) / PAUSE_MS;

afterEach(() => jest.restoreAllMocks());

interface Outcome {
	largest: number;
	last: number;
	events: number;
	given: number;
}

/** Days in which something happens before every poll; old records are deleted on the server. */
async function pollFor(
	parameters: IDataObject,
	happen: (dify: ModelDify, random: Random) => number,
): Promise<Outcome> {
	const random = new Random(firstSeed);
	const dify = new ModelDify(random);
	const n8n = new FakeN8n({ parameters, serve: dify.serve });
	jest.spyOn(Date, 'now').mockImplementation(() => dify.nowMs);
	await n8n.poll();
	const result: Outcome = { largest: 0, last: 0, events: 0, given: 0 };
	for (let poll = 0; poll < POLLS; poll++) {
		result.events += happen(dify, random);
		dify.nowMs += PAUSE_MS;
		result.given += (await n8n.poll())?.items.length ?? 0;
		n8n.executions.length = 0;
		result.last = n8n.size;
		result.largest = Math.max(result.largest, result.last);
		if (poll % 10 === 0) dify.forget(1000);
	}
	return result;
}

/** Mostly little, sometimes very much. */
function howMany(random: Random): number {
	return random.chance(0.03) ? random.between(500, 900) : random.between(0, 5);
}

const HAPPENINGS: Record<string, (dify: ModelDify, random: Random) => number> = {
	workflowLog: (dify, random) => {
		const count = howMany(random);
		for (let i = 0; i < count; i++) {
			dify.addLog({ runMs: random.chance(0.1) ? random.between(0, 3 * PAUSE_MS) : 0 });
			dify.nowMs += random.between(0, 20);
		}
		return count;
	},
	feedback: (dify, random) => {
		const count = howMany(random);
		for (let i = 0; i < count; i++) {
			dify.addFeedback();
			dify.nowMs += 1;
		}
		return count;
	},
	conversationMessage: (dify, random) => {
		const count = howMany(random);
		for (let i = 0; i < count; i++) {
			const isNew = dify.conversations.length === 0 || random.chance(0.5);
			const talk = isNew ? dify.addConversation() : random.pick(dify.conversations);
			dify.addMessage(talk, random.chance(0.1) ? PAUSE_MS / 20 : 0);
			dify.nowMs += random.between(0, 20);
		}
		return count;
	},
};

it.each(Object.keys(HAPPENINGS))(
	`after ${DAYS} days of %s the memory in n8n is as small as in the first week`,
	async (event) => {
		const parameters = { event, startFrom: 'now', user: 'someone' };
		const { largest, last, events, given } = await pollFor(
			parameters,
			HAPPENINGS[event] as (dify: ModelDify, random: Random) => number,
		);
		process.stdout.write(
			`${event}: ${events} events, ${given} given, largest ${largest} bytes, last ${last}\n`,
		);
		expect(events).toBeGreaterThan(share(10_000, 1500));
		// What has just begun is given by the next poll.
		expect(given).toBeGreaterThan(events - 1000);
		expect(given).toBeLessThanOrEqual(events);
		expect(largest).toBeLessThan(LIMIT_BYTES);
	},
	600_000,
);

it('a thousand files need little memory, and none for those that the user took out', async () => {
	const ids = Array.from({ length: 1000 }, (_, i) => String(100_000 + i));
	const parameters: IDataObject = {
		event: 'offlineFileStatus',
		startFrom: 'all',
		fileIds: ids.join('\n'),
	};
	const n8n = new FakeN8n({
		parameters,
		serve: (_path, { file_id: id }) => ({
			body: { code: '000000', data: { file_id: Number(id), status: Number(id) % 2 ? 7 : 4 } },
		}),
	});
	for (let poll = 0; poll < 40; poll++) await n8n.poll();
	expect(n8n.emitted).toHaveLength(500);
	expect(n8n.size).toBeLessThan(25_000);
	parameters.fileIds = '100001';
	await n8n.poll();
	expect(n8n.size).toBeLessThan(250);
});
