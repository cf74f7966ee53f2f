import { freePort, isPortFree } from '../support/n8n/ports';
import { say } from './print';

const USUAL_PORT = 5678;

/**
 * Where n8n will listen: the wanted port, which must be free; else n8n's usual one, or any other
 * when something listens there (another n8n, most likely).
 */
export async function choosePort(wanted: number | undefined): Promise<number> {
	const port = wanted ?? USUAL_PORT;
	if (await isPortFree(port)) return port;
	if (wanted !== undefined) {
		throw new Error(`Port ${wanted} is taken. Choose another one: npm start -- --port <number>`);
	}
	const other = await freePort();
	say(`- Port ${USUAL_PORT} is taken, so n8n will listen on ${other} (choose with --port)`);
	return other;
}
