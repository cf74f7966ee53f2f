import { join } from 'node:path';
import { rootFolder } from '../../support/n8n/installation';

/** A module of the package as it is shipped; its type is that of its source. */
export function built(path: string): unknown {
	const load: NodeJS.Require = require;
	return load(join(rootFolder, 'dist', path));
}
