import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { n8nEnvironment } from './environment';
import { logTail, startGuarded, type GuardedProcess } from './guarded-process';
import { findN8n } from './installation';
import { freePort } from './ports';
import { waitFor } from './wait';

const START_LIMIT_MS = 240_000;

export interface StartOptions {
	/** Kept by whoever starts it: a second start with the same folder finds the same database. */
	userFolder: string;
	/** `start` for a main process, `worker` for a worker of the queue mode. */
	command?: 'start' | 'worker';
	args?: string[];
	/** Chosen by the operating system when left out. */
	port?: number;
	env?: NodeJS.ProcessEnv;
	limitMs?: number;
	/** Ends the start: what has been started is stopped, and the start fails. */
	signal?: AbortSignal;
}

export interface N8nServer {
	baseUrl: string;
	userFolder: string;
	process: GuardedProcess;
	stop(): Promise<void>;
}

/** A main process can be ready for a load balancer before it answers anything else (n8n 1.x). */
const READY_PATHS = {
	start: ['/healthz/readiness', '/rest/settings'],
	worker: ['/healthz/readiness'],
};

async function isReady(baseUrl: string, paths: string[]): Promise<true | undefined> {
	try {
		for (const path of paths) {
			const answer = await fetch(`${baseUrl}${path}`);
			if (!answer.ok) return undefined;
		}
		return true;
	} catch {
		return undefined;
	}
}

async function waitUntilReady(
	process: GuardedProcess,
	baseUrl: string,
	{ command = 'start', limitMs = START_LIMIT_MS, signal }: StartOptions,
) {
	const explain = () => `The end of ${process.logFile}:\n${logTail(process.logFile)}`;
	await waitFor(
		async () => {
			const code = process.exitCode();
			if (code !== undefined) throw new Error(`n8n ended with code ${code}. ${explain()}`);
			return await isReady(baseUrl, READY_PATHS[command]);
		},
		{ what: 'The start of n8n', limitMs, explain, signal },
	);
}

/**
 * Starts one real n8n process and waits until it is ready. It ends with `stop()`, and in any case
 * with the process that called this. Fails with the end of n8n's log.
 */
export async function startN8n(options: StartOptions): Promise<N8nServer> {
	const { node, bin, env: needed } = findN8n();
	const { userFolder, command = 'start', args = [] } = options;
	mkdirSync(userFolder, { recursive: true });
	const port = options.port ?? (await freePort());
	const brokerPort = await freePort();
	const extra = { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) };
	const process = await startGuarded({
		command: node,
		args: [bin, command, ...args],
		cwd: userFolder,
		logFile: join(userFolder, `${command}.log`),
		env: n8nEnvironment({
			node,
			userFolder,
			port,
			brokerPort,
			extra: { ...needed, ...(command === 'worker' ? extra : {}), ...options.env },
		}),
	});
	const baseUrl = `http://127.0.0.1:${port}`;
	try {
		await waitUntilReady(process, baseUrl, options);
	} catch (error) {
		await process.stop();
		throw error;
	}
	return { baseUrl, userFolder, process, stop: () => process.stop() };
}
