import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 600_000;

/**
 * Runs curl with these arguments; the signal ends it.
 *
 * @returns How long it took by its own clock, in milliseconds.
 */
export async function curlTime(args: string[], signal: AbortSignal): Promise<number> {
	const all = ['--silent', '--show-error', '--fail', '--write-out', '\n%{time_total}', ...args];
	const { stdout } = await run('curl', all, { timeout: LIMIT_MS, signal, maxBuffer: 1024 * 1024 });
	return Number(stdout.trim().split('\n').at(-1)) * 1000;
}
