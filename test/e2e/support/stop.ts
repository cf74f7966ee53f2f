import { rmSync } from 'node:fs';
import { groupExists } from '../../support/n8n/guarded-process';
import { sharedServer } from './n8n';

/** Stops the n8n of the end-to-end tests; a process that is left over fails the run. */
export default async function stop(): Promise<void> {
	const server = sharedServer();
	if (!server) return;
	await server.stop();
	if (groupExists(server.process.pid)) throw new Error('n8n left processes behind');
	rmSync(server.userFolder, { recursive: true, force: true });
}
