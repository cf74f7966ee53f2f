// Makes sure that what the tests and the demo need is installed and built.
//   node test/setup.mjs          everything but the oldest n8n
//   node test/setup.mjs unit     without the real n8n
//   node test/setup.mjs oldest   with the oldest n8n instead of the newest
// Needs Node 20 or newer and npm, nothing else; every step does nothing when it has been done before.
import { pathToFileURL } from 'node:url';
import { say } from './support/install/command.mjs';
import { buildPackage, installPackage } from './support/install/package-steps.mjs';
import { installN8n, installOldestN8n } from './support/install/n8n-steps.mjs';

const OLDEST_NODE = 20;

function checkNode() {
	if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
		throw new Error(`Node ${OLDEST_NODE} or newer is needed; this is ${process.version}`);
	}
}

/**
 * Installs what the package needs. With `n8n` also builds it and installs the real n8n, with `oldest`
 * the oldest one; the tests without n8n build for themselves (test/support/jest/freshBuild.ts).
 */
export async function setup({ n8n = false, oldest = false }) {
	checkNode();
	await installPackage();
	if (n8n || oldest) await buildPackage();
	if (n8n) await installN8n();
	if (oldest) await installOldestN8n();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	setup({ n8n: process.argv[2] === undefined, oldest: process.argv[2] === 'oldest' }).catch(
		(error) => {
			say(`\n${error.message}`);
			process.exitCode = 1;
		},
	);
}
