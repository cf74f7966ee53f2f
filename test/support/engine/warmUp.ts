import { sep } from 'node:path';

/**
 * Runs before the tests of a file: the first run of a node must not pay for loading n8n and the
 * package, because many tests of the engine measure times.
 */
beforeAll(async () => {
	if (!expect.getState().testPath?.includes(`${sep}test${sep}engine${sep}`)) return;
	const { loadPackage } = await import('./index');
	await loadPackage();
}, 120_000);
