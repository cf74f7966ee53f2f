import { runNode } from '../support/engine';
import { startCybertronSimulator } from '../simulators/cybertron';
import type { CybertronSimulator } from '../simulators/cybertron';
import threeRounds from '../fixtures/cybertron/three-rounds.json';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
afterAll(async () => await simulator.close());

test('x', async () => {
	console.log(JSON.stringify(threeRounds).slice(0, 600));
	const r = await runNode({ node: 'cybertron', parameters: { resource: 'chatflow', operation: 'run', trigger: 'direct', flowUuid: '3c61d330-a577-11ef-ad83-e4434b3011a0', question: '', outputMode: 'aggregated', options: { debug: true, followUps: ['My name is Zhang San', 'My mobile phone number is 133103335027'] } },
		credentials: { cybertronApi: { baseUrl: simulator.origin, robotKey: simulator.robotKey, robotToken: simulator.robotToken, username: simulator.username } } });
	console.log(JSON.stringify(r.json, null, 1), r.error);
});
