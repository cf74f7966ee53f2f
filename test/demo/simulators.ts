import { startCybertronSimulator } from '../simulators/cybertron/index';
import { startDifySimulator } from '../simulators/dify/index';

/** Both simulators, on ports that the operating system chooses. */
export async function startSimulators() {
	const dify = await startDifySimulator();
	const cybertron = await startCybertronSimulator();
	const close = async () => {
		await Promise.all([dify.close(), cybertron.close()]);
	};
	return { dify, cybertron, close };
}

export type Simulators = Awaited<ReturnType<typeof startSimulators>>;
