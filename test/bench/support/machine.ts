import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { findN8n, rootFolder } from '../../support/n8n/installation';

function n8nVersion(): string {
	const file = join(rootFolder, 'test', 'n8n', 'node_modules', 'n8n', 'package.json');
	return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** What the numbers were measured with, in one sentence. */
export function machineText(): string {
	const node = execFileSync(findN8n().node, ['--version'], { encoding: 'utf8' }).trim();
	const memory = Math.round(totalmem() / 1024 ** 3);
	return (
		`Measured with n8n ${n8nVersion()} on Node ${node.slice(1)}, everything else on Node ${process.versions.node}, ` +
		`on a machine with ${availableParallelism()} cores and ${memory} GB of memory.`
	);
}

/** How busy the machine is with other things, 1 for every core that is taken. */
export function load(): number {
	return loadavg()[0] ?? 0;
}
