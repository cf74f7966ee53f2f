import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The repository. */
export const rootFolder = join(here, '..', '..', '..');
/** Everything that tests and the demo write; git ignores it. */
export const cacheFolder = join(rootFolder, 'test', '.cache');
/** package.json and lock of the real n8n. */
export const n8nFolder = join(rootFolder, 'test', 'n8n');
/** The same for the oldest n8n that the package supports. */
export const oldestN8nFolder = join(rootFolder, 'test', 'n8n-oldest');
