import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DEBIAN_POSTGRES = '/usr/lib/postgresql';
const APT_LIMIT_MS = 10 * 60_000;

/** Debian's package for each program that the queue mode needs. */
const PACKAGES = {
	'redis-server': 'redis-server',
	postgres: 'postgresql',
	initdb: 'postgresql',
} as const;

export type Program = keyof typeof PACKAGES;

export const isRoot = process.getuid?.() === 0;

/** Debian keeps the programs of PostgreSQL out of the path, in a folder for each version. */
function folders(): string[] {
	const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
	const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
	return [
		...newestFirst.map((version) => join(DEBIAN_POSTGRES, version, 'bin')),
		...(process.env.PATH ?? '').split(delimiter),
		'/usr/sbin',
		'/sbin',
	];
}

function find(program: string): string | undefined {
	return folders()
		.map((folder) => join(folder, program))
		.find((file) => {
			try {
				accessSync(file, constants.X_OK);
				return true;
			} catch {
				return false;
			}
		});
}

async function aptGet(...args: string[]): Promise<void> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run('apt-get', ['-qq', ...args], { env, timeout: APT_LIMIT_MS });
}

async function install(packageName: string): Promise<void> {
	const args = ['install', '-y', '--no-install-recommends', packageName];
	try {
		await aptGet(...args);
	} catch {
		// The list of packages may be missing or out of date.
		await aptGet('update');
		await aptGet(...args);
	}
}

/**
 * The path of a program; installs its Debian package when it is missing and this is root on a Debian.
 * Otherwise fails and says what to install.
 */
export async function findProgram(program: Program): Promise<string> {
	const found = find(program);
	if (found) return found;
	const packageName = PACKAGES[program];
	if (isRoot && find('apt-get')) await install(packageName);
	const installed = find(program);
	if (installed) return installed;
	throw new Error(
		`${program} is missing: the tests of the queue mode need it. On Debian: apt-get install ${packageName}`,
	);
}
