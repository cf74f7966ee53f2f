// Installing and building the package itself.
import { join } from 'node:path';
import { npmCommand, runLogged } from './command.mjs';
import { cacheFolder, rootFolder } from './folders.mjs';
import {
	countPresent,
	hasStamp,
	markUnfinished,
	matchesLock,
	wantedPackages,
	writeStamp,
} from './packages.mjs';

// Not `npm ci`: it refuses a lock file that lacks the optional binaries of other platforms, and npm
// leaves those out wherever a registry does not have them. With --no-save the lock file is followed
// and left as it is.
const INSTALL = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];

/**
 * Installs a folder's packages unless it holds what its lock file asks for.
 * No package's install script is run: none is needed here, and a compiler would be.
 * Returns whether anything was installed.
 */
export async function installFolder(folder, { title, log, flags = [] }) {
	if (hasStamp(folder)) return false;
	if (matchesLock(folder)) {
		writeStamp(folder);
		return false;
	}
	const wanted = wantedPackages(folder);
	markUnfinished(folder);
	const [command, args] = npmCommand([...INSTALL, ...flags]);
	await runLogged(title, command, args, {
		cwd: folder,
		log,
		detail: () => progress(countPresent(folder, wanted), wanted.length),
	});
	writeStamp(folder);
	return true;
}

const progress = (present, wanted) =>
	present === 0 ? 'asking the registry' : `${present} of ${wanted} packages`;

/** What the build, the unit tests and the engine tests need. */
export async function installPackage() {
	await installFolder(rootFolder, {
		title: 'Installing the development tools',
		log: join(cacheFolder, 'install.log'),
	});
}

/** Compiles nodes/ and credentials/ into dist/. */
export async function buildPackage() {
	const [command, args] = npmCommand(['run', 'build']);
	const log = join(cacheFolder, 'build.log');
	await runLogged('Building the package', command, args, { cwd: rootFolder, log });
}
