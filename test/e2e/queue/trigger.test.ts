import { Cluster } from '../../support/queue/cluster';
import { Observation } from '../../support/triggers/observation';
import { executionsOf } from '../../support/triggers/watch';
import { startWorlds, type Worlds } from '../../support/triggers/worlds';

let cluster: Cluster;
let worlds: Worlds;
const observations: Observation[] = [];

async function happen(times: number): Promise<void> {
	for (const observation of observations) await observation.happen(times);
}

async function untilAllGiven(): Promise<void> {
	for (const observation of observations) await observation.waitForAll(cluster.client);
}

beforeAll(async () => {
	worlds = await startWorlds();
	cluster = await Cluster.start({ workers: 2 });
});
afterAll(async () => {
	await cluster?.stop();
	await worlds?.close();
});

describe('the trigger in the queue mode of n8n, one main process and two workers', () => {
	it('gives every event once, run by the workers', async () => {
		for (const world of worlds.all) {
			await world.happen();
			observations.push(await Observation.start(cluster.client, world));
		}
		await happen(2);
		await untilAllGiven();
		for (const { workflow } of observations) {
			for (const { id } of await executionsOf(cluster.client, workflow.id)) {
				expect(cluster.workerLog()).toContain(`execution ${id}`);
			}
		}
	});

	it('loses nothing when the main process is killed', async () => {
		await cluster.main.process.kill();
		await happen(2);
		await cluster.startMain();
		await untilAllGiven();
	});

	it('loses nothing when a worker is killed', async () => {
		await cluster.workers[0]?.process.kill();
		await happen(2);
		await untilAllGiven();
		await cluster.addWorker();
	});

	it('has given nothing twice in all this', async () => {
		await happen(1);
		await untilAllGiven();
		for (const observation of observations) {
			expect(await observation.surplus(cluster.client)).toEqual([]);
			const executions = await executionsOf(cluster.client, observation.workflow.id);
			expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
		}
	});
});
