import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const rootFolder = join(__dirname, '..', '..', '..');
/** Everything that tests and the demo write; git ignores it. */
export const cacheFolder = join(rootFolder, 'test', '.cache');

export interface N8nInstallation {
	/** The Node that runs n8n. */
	node: string;
	/** n8n's start script. */
	bin: string;
	/** What this n8n needs in its environment. */
	env?: NodeJS.ProcessEnv;
}

/** Set to `oldest` for tests in the oldest n8n that the package supports. */
const EDITION = 'CHATFLOW_N8N';

/** Whether these tests run in the oldest n8n that the package supports. */
export function isOldestN8n(): boolean {
	return process.env[EDITION] === 'oldest';
}

/** Where setup.mjs put n8n; fails with the command to run when it has not. */
export function findN8n(): N8nInstallation {
	const folder = isOldestN8n() ? 'n8n-oldest' : 'n8n';
	const ready = join(rootFolder, 'test', folder, 'node_modules', '.n8n-ready.json');
	if (!existsSync(ready)) throw new Error('n8n is not installed: run `node test/setup.mjs` first');
	return JSON.parse(readFileSync(ready, 'utf8')) as N8nInstallation;
}
