import { N8nClient, type Owner } from '../../support/n8n/client';
import type { N8nServer } from '../../support/n8n/server';

/** An n8n of its own, on 127.0.0.1, thrown away after the tests. */
export const owner: Owner = { email: 'owner@example.com', password: 'Only-for-tests-1' };

const ADDRESS = 'CHATFLOW_E2E_N8N';
const LOG = 'CHATFLOW_E2E_LOG';

/** Jest runs its set-up and its tear-down in one realm, and the tests in others. */
interface Realm {
	chatflowE2e?: N8nServer;
}
const realm = globalThis as Realm;

/** Makes the server known to the tests (by environment) and to the tear-down (as an object). */
export function shareN8n(server: N8nServer): void {
	realm.chatflowE2e = server;
	process.env[ADDRESS] = server.baseUrl;
	process.env[LOG] = server.process.logFile;
}

/** The server, for set-up and tear-down. */
export function sharedServer(): N8nServer | undefined {
	return realm.chatflowE2e;
}

/** The log file of the server, for tests. */
export function sharedLog(): string {
	return process.env[LOG] ?? '';
}

/** A logged-in client of the shared n8n. */
export async function openN8n(): Promise<N8nClient> {
	const baseUrl = process.env[ADDRESS];
	if (!baseUrl) throw new Error('No n8n: run these tests with `npm run test:e2e`');
	const client = new N8nClient(baseUrl);
	await client.enter(owner);
	return client;
}
