// What a folder's lock file asks for, and whether that is what its node_modules holds.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function readJson(file) {
	return JSON.parse(readFileSync(file, 'utf8'));
}

/** Identifies an installation: the lock file's bytes, and the platform its binaries are for. */
function lockHash(folder) {
	return createHash('sha256')
		.update(readFileSync(join(folder, 'package-lock.json')))
		.update(`${process.platform}-${process.arch}`)
		.digest('hex');
}

const stampFile = (folder) => join(folder, 'node_modules', '.installed-lock');
const UNFINISHED = 'unfinished';

function readStamp(folder) {
	return existsSync(stampFile(folder)) ? readFileSync(stampFile(folder), 'utf8') : undefined;
}

/**
 * To be called before an installation: what an earlier one that was cut off has left is removed
 * (npm would take half-written packages for complete ones), and this one is marked as begun.
 */
export function markUnfinished(folder) {
	const modules = join(folder, 'node_modules');
	if (readStamp(folder) === UNFINISHED) rmSync(modules, { recursive: true, force: true });
	mkdirSync(modules, { recursive: true });
	writeFileSync(stampFile(folder), UNFINISHED);
}

/** Remembers that node_modules is what the lock file asks for. */
export function writeStamp(folder) {
	writeFileSync(stampFile(folder), lockHash(folder));
}

/** Whether node_modules was completely installed from the lock file as it is now. */
export function hasStamp(folder) {
	return readStamp(folder) === lockHash(folder);
}

/** The paths (`node_modules/...`) that the lock file wants on every platform. */
export function wantedPackages(folder) {
	const { packages } = readJson(join(folder, 'package-lock.json'));
	return Object.keys(packages).filter((path) => path !== '' && !packages[path].optional);
}

/** How many of these packages are on the disk: npm makes the folders first, the files later. */
export function countPresent(folder, paths) {
	return paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
}

/**
 * Whether somebody installed the same versions by hand: npm keeps a lock file of its own, of what
 * it installed, inside node_modules.
 */
export function matchesLock(folder) {
	const hidden = join(folder, 'node_modules', '.package-lock.json');
	if (readStamp(folder) === UNFINISHED || !existsSync(hidden)) return false;
	const installed = readJson(hidden).packages;
	const { packages } = readJson(join(folder, 'package-lock.json'));
	const wanted = wantedPackages(folder);
	const same = wanted.every((path) => installed[path]?.version === packages[path].version);
	return same && countPresent(folder, wanted) === wanted.length;
}
