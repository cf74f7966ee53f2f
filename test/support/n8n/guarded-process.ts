import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';

const GUARD = join(__dirname, 'guard.mjs');
const DEFAULT_GRACE_MS = 15_000;
/** How much longer than the grace the guard itself may take. */
const GUARD_SLACK_MS = 5_000;

export interface GuardedCommand {
	command: string;
	args: string[];
	env: NodeJS.ProcessEnv;
	cwd: string;
	/** Standard output and standard error are appended here. */
	logFile: string;
	/** Milliseconds between SIGTERM and SIGKILL. */
	graceMs?: number;
}

export interface GuardedProcess {
	/** The command's process id, which is also the id of its process group. */
	pid: number;
	logFile: string;
	/** Set once it has ended. */
	exitCode(): number | undefined;
	/** Resolves when it has ended, for whatever reason. */
	exited: Promise<void>;
	/** Ends the whole process group; resolves when nothing of it is left. */
	stop(): Promise<void>;
	/** Ends it without any grace, as a crash would (fault tests). */
	kill(): Promise<void>;
}

/** Whether a process of this group exists. */
export function groupExists(pid: number): boolean {
	try {
		process.kill(-pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** The last lines of a log file, for error messages. */
export function logTail(file: string, lines = 30): string {
	return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

function firstLine(stream: Readable): Promise<string | undefined> {
	return new Promise((resolve) => {
		let text = '';
		stream.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const end = text.indexOf('\n');
			if (end >= 0) resolve(text.slice(0, end));
		});
		stream.on('close', () => resolve(undefined));
	});
}

type Guard = ChildProcessByStdio<Writable, Readable, Readable>;

function spawnGuard({ command, args, env, cwd, logFile, graceMs }: GuardedCommand): Guard {
	const grace = String(graceMs ?? DEFAULT_GRACE_MS);
	const guard = spawn(process.execPath, [GUARD, logFile, grace, command, ...args], {
		cwd,
		env,
		detached: true,
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	// The pipe breaks when the guard ends first; its exit is what tells about that.
	guard.stdin.on('error', () => undefined);
	return guard;
}

/**
 * Starts a command that is certain to end with this process, whatever becomes of this process:
 * see guard.mjs. Throws when the command cannot be started.
 */
export async function startGuarded(options: GuardedCommand): Promise<GuardedProcess> {
	const guard = spawnGuard(options);
	let exitCode: number | undefined;
	const exited = new Promise<void>((resolve) => {
		guard.on('close', (code) => {
			exitCode = code ?? 1;
			resolve();
		});
	});
	const complaint = firstLine(guard.stderr);
	const pid = Number(await firstLine(guard.stdout));
	if (!pid)
		throw new Error(`${options.command} did not start: ${(await complaint) ?? 'no reason'}`);

	const limitMs = (options.graceMs ?? DEFAULT_GRACE_MS) + GUARD_SLACK_MS;
	const stop = async () => {
		guard.stdin.end();
		const timer = setTimeout(() => {
			if (groupExists(pid)) process.kill(-pid, 'SIGKILL');
			guard.kill('SIGKILL');
		}, limitMs);
		await exited;
		clearTimeout(timer);
	};
	const kill = async () => {
		if (groupExists(pid)) process.kill(-pid, 'SIGKILL');
		await exited;
	};
	return { pid, logFile: options.logFile, exitCode: () => exitCode, exited, stop, kill };
}
