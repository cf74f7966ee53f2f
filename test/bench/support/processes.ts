import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGuarded, type GuardedProcess } from '../../support/n8n/guarded-process';
import { rootFolder } from '../../support/n8n/installation';
import { waitFor } from '../../support/n8n/wait';

const run = promisify(execFile);
const TYPESCRIPT = ['--require', 'tsx/cjs'];
const WORKER_LIMIT_MS = 600_000;

const workerFile = (name: string) => join(rootFolder, 'test', 'bench', 'workers', `${name}.ts`);

/** Runs one of workers/ in a fresh Node and gives what it reports; the signal ends it. */
export async function runWorker<Result>(
	name: string,
	args: Array<string | number>,
	signal: AbortSignal,
): Promise<Result> {
	const all = ['--expose-gc', ...TYPESCRIPT, workerFile(name), ...args.map(String)];
	const { stdout } = await run(process.execPath, all, {
		cwd: rootFolder,
		timeout: WORKER_LIMIT_MS,
		signal,
		maxBuffer: 16 * 1024 * 1024,
	});
	return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}

/**
 * Starts a TypeScript file as a process of its own that ends with this one, and waits for the line
 * of JSON with which it says where it is.
 */
export async function startScript<Announcement>(
	file: string,
	args: string[],
	logFile: string,
): Promise<{ process: GuardedProcess; announcement: Announcement }> {
	const started = await startGuarded({
		command: process.execPath,
		args: [...TYPESCRIPT, file, ...args],
		env: process.env,
		cwd: rootFolder,
		logFile,
		graceMs: 3_000,
	});
	const ask = async () => {
		const log = readFileSync(logFile, 'utf8');
		if (started.exitCode() !== undefined) throw new Error(`${file} ended:\n${log}`);
		const line = log.split('\n').find((text) => text.startsWith('{') && text.endsWith('}'));
		return line === undefined ? undefined : (JSON.parse(line) as Announcement);
	};
	try {
		const what = `The start of ${file}`;
		const announcement = await waitFor(ask, { what, limitMs: 60_000, everyMs: 50 });
		return { process: started, announcement };
	} catch (error) {
		await started.stop();
		throw error;
	}
}

/** Starts one of workers/ that serves until it is stopped. */
export async function startWorker<Announcement>(name: string, logFile: string) {
	return await startScript<Announcement>(workerFile(name), [], logFile);
}
