import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from '../../support/n8n/client';
import { installInN8n } from '../../support/n8n/package-install';
import { startN8n } from '../../support/n8n/server';
import { owner, shareN8n } from './n8n';

/** Starts the one n8n of all end-to-end tests, fresh, with the package installed as users do it. */
export default async function start(): Promise<void> {
	const userFolder = mkdtempSync(join(tmpdir(), 'chatflow-e2e-'));
	await installInN8n(userFolder);
	const server = await startN8n({ userFolder });
	try {
		await new N8nClient(server.baseUrl).enter(owner);
	} catch (error) {
		await server.stop();
		throw error;
	}
	shareN8n(server);
}
