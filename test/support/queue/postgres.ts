import { execFile } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGuarded, type GuardedProcess } from '../n8n/guarded-process';
import { freePort } from '../n8n/ports';
import { untilListening } from './listening';
import { findProgram, isRoot } from './programs';

const run = promisify(execFile);

const OWNER = 'postgres';
const USER = 'n8n';

export interface Postgres {
	port: number;
	process: GuardedProcess;
	/** What n8n needs to know of it. */
	environment: NodeJS.ProcessEnv;
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package has made. */
async function asOwner(command: string, args: string[]): Promise<[string, string[]]> {
	return isRoot ? ['runuser', ['-u', OWNER, '--', command, ...args]] : [command, args];
}

async function ownerId(flag: '-u' | '-g'): Promise<number> {
	return Number((await run('id', [flag, OWNER])).stdout.trim());
}

/**
 * Starts a PostgreSQL with a fresh database, on a port of its own. It may lose data when the machine
 * crashes, not when n8n does.
 *
 * @param folder Must not exist; every folder above it must be open to all users.
 */
export async function startPostgres(folder: string): Promise<Postgres> {
	const [initdb, postgres] = [await findProgram('initdb'), await findProgram('postgres')];
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	if (isRoot) chownSync(folder, await ownerId('-u'), await ownerId('-g'));
	const data = join(folder, 'data');
	const setup = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'];
	const [command, args] = await asOwner(initdb, setup);
	await run(command, args, { cwd: folder, env: { ...process.env, LC_ALL: 'C' } });

	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		fsync: 'off',
		max_connections: '200',
	};
	const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
	const [server, serverArgs] = await asOwner(postgres, ['-D', data, '-p', `${port}`, ...options]);
	const guarded = await startGuarded({
		command: server,
		args: serverArgs,
		cwd: folder,
		env: { LC_ALL: 'C', PATH: process.env.PATH },
		logFile: join(folder, 'postgres.log'),
	});
	await untilListening('PostgreSQL', guarded, port);
	return {
		port,
		process: guarded,
		environment: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: '',
			DB_POSTGRESDB_DATABASE: 'postgres',
		},
	};
}
