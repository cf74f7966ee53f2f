import type { IExecuteFunctions } from 'n8n-workflow';

import { openConnection } from '../../../../nodes/Cybertron/run/connection';
import { startRound } from '../../../../nodes/Cybertron/run/state/round';
import { Item } from '../../../../nodes/shared/item';
import { startCybertronSimulator, type CybertronSimulator } from '../../../simulators/cybertron';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
afterAll(async () => await simulator.close());

/** What a connection asks n8n for. */
function contextFor({ origin, robotKey, robotToken, username }: CybertronSimulator) {
	return {
		getCredentials: async () => ({ baseUrl: origin, robotKey, robotToken, username }),
		getExecutionCancelSignal: () => undefined,
		getNode: () => ({ name: 'Node', type: 'cybertron', typeVersion: 1, parameters: {} }),
		helpers: {},
	} as unknown as IExecuteFunctions;
}

it('a connection sends heartbeats, and takes the responses neither for frames of the round nor for progress', async () => {
	const item = new Item(contextFor(simulator), 0);
	const connection = await openConnection(item, { idleMs: 600, endGraceMs: 100 }, 50);
	const state = startRound({ keepEvents: true });
	const started = Date.now();
	await connection.sendMessage({ question: 'Hello #silent-after 2' }, state);
	await connection.close();
	expect(simulator.state.counters.heartbeats).toBeGreaterThan(5);
	expect(Date.now() - started).toBeLessThan(1_500);
	expect(state.events).toHaveLength(2);
	expect(state.error?.message).toContain('sent nothing more');
	const sent = simulator.state.counters.heartbeats;
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(simulator.state.counters.heartbeats).toBe(sent);
});
