import type { IExecuteFunctions } from 'n8n-workflow';

import { startRound } from '../../../nodes/Cybertron/stream/state';
import { openSession } from '../../../nodes/Cybertron/transport/session';
import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
afterAll(async () => await simulator.close());

/** What a session asks n8n for. */
function contextFor({ origin, robotKey, robotToken, username }: CybertronSimulator) {
	return {
		getCredentials: async () => ({ baseUrl: origin, robotKey, robotToken, username }),
		getExecutionCancelSignal: () => undefined,
		getNode: () => ({ name: 'Node', type: 'cybertron', typeVersion: 1, parameters: {} }),
		helpers: {},
	} as unknown as IExecuteFunctions;
}

it('a session sends heartbeats, and takes the answers neither for frames nor for signs of life', async () => {
	const session = await openSession(contextFor(simulator), 0, {
		idleMs: 600,
		graceMs: 100,
		heartbeatMs: 50,
	});
	const state = startRound({ keepEvents: true });
	const started = Date.now();
	await session.ask({ question: 'Hello #silent-after 2' }, state);
	await session.close();
	expect(simulator.state.counters.heartbeats).toBeGreaterThan(5);
	expect(Date.now() - started).toBeLessThan(1_500);
	expect(state.events).toHaveLength(2);
	expect(state.problem?.message).toContain('sent nothing more');
	const sent = simulator.state.counters.heartbeats;
	await new Promise((resolve) => setTimeout(resolve, 200));
	expect(simulator.state.counters.heartbeats).toBe(sent);
});
