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
}

/** Where setup.mjs put n8n; fails with the command to run when it has not. */
export function findN8n(): N8nInstallation {
	const ready = join(rootFolder, 'test', 'n8n', 'node_modules', '.n8n-ready.json');
	if (!existsSync(ready)) throw new Error('n8n is not installed: run `node test/setup.mjs` first');
	return JSON.parse(readFileSync(ready, 'utf8')) as N8nInstallation;
}
