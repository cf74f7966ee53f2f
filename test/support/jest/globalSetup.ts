import { freshBuild } from './freshBuild';
import { makeFolder } from './makeFolder';

/** Before all test files. */
export default async function globalSetup(): Promise<void> {
	await freshBuild();
	makeFolder();
}
