import { startCybertronSimulator } from '../simulators/cybertron/index';
import { startDifySimulator } from '../simulators/dify/index';
import { startFakeModel } from '../support/fakeModel';
import { seedForExamples } from '../support/n8n/example-seeds';

/** Both simulators, and a language model for agents, on ports that the operating system chooses. */
export async function startSimulators() {
	// A version that knows everything that the examples show, forms for humans too.
	const dify = await startDifySimulator({ version: '1.16' });
	seedForExamples(dify);
	const cybertron = await startCybertronSimulator();
	const model = await startFakeModel({ query: 'days of leave' });
	const close = async () => {
		await Promise.all([dify.close(), cybertron.close(), model.close()]);
	};
	return { dify, cybertron, model, close };
}

export type Simulators = Awaited<ReturnType<typeof startSimulators>>;
