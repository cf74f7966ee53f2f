import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../../support/queue/cluster';
import { Observation } from '../../support/triggers/observation';
import { executionsOf } from '../../support/triggers/watch';
import { startWorlds, type Worlds } from '../../support/triggers/worlds';

/**
 * n8n's setting with which a poll's place and its execution are saved in one transaction.
 * The lease is short, so that the polls of a killed process are soon taken over.
 */
const DURABLE_CURSORS = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_SCHEDULER_LEASE_DURATION: '30',
	N8N_SCHEDULER_REAPER_INTERVAL: '5',
	N8N_LOG_LEVEL: 'debug',
};

/** What n8n writes when a poll has given it items, just before it makes an execution of them. */
const HANDED_OVER = 'Received event to trigger execution';
const KILLS = 2;
const RECOVERY_LIMIT_MS = 180_000;

/** One job of the scheduler for each trigger: n8n runs those of several poll times side by side. */
const EVERY_SECONDS = 60;

let cluster: Cluster;
let worlds: Worlds;
const observations: Observation[] = [];

async function happen(times: number): Promise<void> {
	for (const observation of observations) await observation.happen(times);
}

async function untilAllGiven(): Promise<void> {
	for (const observation of observations) {
		await observation.waitForAll(cluster.client, RECOVERY_LIMIT_MS);
	}
}

function handOvers(): number {
	return readFileSync(join(cluster.folder, 'start.log'), 'utf8').split(HANDED_OVER).length - 1;
}

/** Kills the main process in the moment in which it has items that are not an execution yet. */
async function killAtHandOver(): Promise<void> {
	const before = handOvers();
	const limit = Date.now() + RECOVERY_LIMIT_MS;
	while (handOvers() === before) {
		if (Date.now() > limit) throw new Error('No poll has given anything');
		await delay(1);
	}
	await cluster.main.process.kill();
}

beforeAll(async () => {
	worlds = await startWorlds();
	cluster = await Cluster.start({ workers: 1, env: DURABLE_CURSORS });
	for (const world of worlds.all) {
		await world.happen();
		observations.push(await Observation.start(cluster.client, world, EVERY_SECONDS));
	}
	// n8n does not keep what a poll at the activation has found: the first one on time sets the start.
	await delay((EVERY_SECONDS + 10) * 1000);
});
afterAll(async () => {
	await cluster?.stop();
	await worlds?.close();
});

describe('the trigger with the durable poll cursors of n8n', () => {
	it('gives every event', async () => {
		await happen(2);
		await untilAllGiven();
	});

	it('loses nothing when n8n is killed in the moment in which it takes over the items', async () => {
		for (let kill = 0; kill < KILLS; kill++) {
			await happen(1);
			await killAtHandOver();
			await happen(1);
			await cluster.startMain();
			await untilAllGiven();
		}
	});

	it('has given nothing twice in all this', async () => {
		for (const observation of observations) {
			expect(await observation.surplus(cluster.client)).toEqual([]);
			const executions = await executionsOf(cluster.client, observation.workflow.id);
			expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
		}
	});
});
