// The server of row 7, in a process of its own: it prints where it is, and answers `#scenario timed`
// with a text that holds the moment at which the server began to send it.
import { setTimeout as delay } from 'node:timers/promises';
import { startDifySimulator } from '../../simulators/dify/index';
import { now } from './clock';

/** Until the first piece of text the caller is certainly connected, through n8n as well. */
const THINK_MS = 250;
const REST_MS = 20;

async function main(): Promise<void> {
	const simulator = await startDifySimulator();
	simulator.addScenario('timed', async (run) => {
		await delay(THINK_MS);
		await run.delta(`first@${now().toFixed(3)} `);
		await delay(REST_MS);
		await run.delta('second');
	});
	const { baseUrl, apiKey } = simulator;
	process.stdout.write(`${JSON.stringify({ baseUrl, apiKey })}\n`);
}

void main();
