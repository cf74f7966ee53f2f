import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from '../support/n8n/client';
import { jsonOf, waitForExecution } from '../support/n8n/executions';
import { installInN8n } from '../support/n8n/package-install';
import { freePort } from '../support/n8n/ports';
import { startN8n, type N8nServer } from '../support/n8n/server';
import { runWorkflow } from '../support/n8n/workflows';
import { Observation } from '../support/triggers/observation';
import { activate, executionsOf, saveTrigger, TRIGGER } from '../support/triggers/watch';
import { startWorlds, type World, type Worlds } from '../support/triggers/worlds';
import { owner } from './support/n8n';

// These tests have an n8n of their own, because they kill it.
jest.setTimeout(600_000);

let userFolder: string;
let port: number;
let server: N8nServer;
let client: N8nClient;
let worlds: Worlds;

async function start(): Promise<void> {
	server = await startN8n({ userFolder, port });
	client = new N8nClient(server.baseUrl);
	await client.enter(owner);
}

function worldOf(event: string): World {
	const world = worlds.all.find((one) => one.event === event);
	if (!world) throw new Error(`There is no world for ${event}`);
	return world;
}

beforeAll(async () => {
	userFolder = mkdtempSync(join(tmpdir(), 'chatflow-trigger-'));
	await installInN8n(userFolder);
	port = await freePort();
	worlds = await startWorlds();
	await start();
});
afterAll(async () => {
	await server?.stop();
	await worlds?.close();
	rmSync(userFolder, { recursive: true, force: true });
});

describe('the trigger in a real n8n', () => {
	it('fails to activate with a wrong key, and says why', async () => {
		const world = worldOf('feedback');
		const credential = { ...world.credential, apiKey: 'app-not-this-one' };
		const workflow = await saveTrigger(client, { ...world, credential }, 'A wrong key');
		const { triggers } = await activate(client, workflow);
		expect(triggers).toEqual([
			expect.objectContaining({
				status: 'failed',
				errorMessage: expect.stringContaining('Dify does not accept the API key') as string,
			}),
		]);
		expect(JSON.stringify(triggers)).not.toContain('app-not-this-one');
	});

	it('shows recent events in a manual test', async () => {
		const world = worldOf('workflowLog');
		const ids = await world.happen();
		const workflow = await saveTrigger(client, world, 'A manual test');
		const execution = await waitForExecution(client, await runWorkflow(client, workflow));
		expect(execution.status).toBe('success');
		// Those of one second have no order of their own.
		const shown = jsonOf(execution, TRIGGER).map(({ event_id: id }) => String(id));
		expect(shown.sort()).toEqual([...ids].sort());
	});

	it('gives every event once, although n8n is killed in between', async () => {
		const observations: Observation[] = [];
		for (const world of worlds.all) {
			// What was there before the activation is not given.
			await world.happen();
			observations.push(await Observation.start(client, world));
		}
		for (const observation of observations) await observation.happen(2);
		for (const observation of observations) await observation.waitForAll(client);

		await server.process.kill();
		for (const observation of observations) await observation.happen(2);
		await start();
		for (const observation of observations) await observation.waitForAll(client);

		for (const observation of observations) await observation.happen(1);
		await server.process.kill();
		for (const observation of observations) await observation.happen(1);
		await start();
		for (const observation of observations) await observation.waitForAll(client);

		for (const observation of observations) {
			expect(await observation.surplus(client)).toEqual([]);
			const executions = await executionsOf(client, observation.workflow.id);
			expect(
				executions.filter(({ mode }) => mode === 'trigger').map(({ status }) => status),
			).toEqual(executions.filter(({ mode }) => mode === 'trigger').map(() => 'success'));
		}
	});
});
