import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startGuarded, type GuardedProcess } from '../n8n/guarded-process';
import { freePort } from '../n8n/ports';
import { untilListening } from './listening';
import { findProgram } from './programs';

export interface Redis {
	port: number;
	process: GuardedProcess;
}

/** Starts a Redis that keeps everything in memory, on a port of its own. */
export async function startRedis(folder: string): Promise<Redis> {
	const command = await findProgram('redis-server');
	mkdirSync(folder, { recursive: true });
	const port = await freePort();
	const process = await startGuarded({
		command,
		args: [
			['--port', String(port)],
			['--bind', '127.0.0.1'],
			['--save', ''],
			['--appendonly', 'no'],
			['--dir', folder],
		].flat(),
		cwd: folder,
		env: {},
		logFile: join(folder, 'redis.log'),
	});
	await untilListening('Redis', process, port);
	return { port, process };
}
