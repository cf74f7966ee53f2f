import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { residentBytes } from '../../bench/support/memory';
import type { N8nServer } from '../../support/n8n/server';
import { waitFor } from '../../support/n8n/wait';

/** For the environment of n8n: the inspector, once it is asked for, takes any free port. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };

/** Memory of a process after its garbage was collected, in bytes. */
export interface Memory {
	resident: number;
	/** What is still in use of the JavaScript heap. */
	heap: number;
	/** Buffers outside of the heap. */
	buffers: number;
}

const LISTENING = /Debugger listening on (ws:\S+)/g;
const inspectors = new Map<number, string>();

function listeners(log: string): string[] {
	return [...readFileSync(log, 'utf8').matchAll(LISTENING)].map(([, url]) => url ?? '');
}

/** Starts Node's inspector in a running n8n; processes share a log, so one at a time. */
async function inspectorOf({ process: { pid, logFile } }: N8nServer): Promise<string> {
	const known = inspectors.get(pid);
	if (known) return known;
	const before = listeners(logFile).length;
	process.kill(pid, 'SIGUSR1');
	const url = await waitFor(async () => listeners(logFile)[before], {
		what: `The inspector of process ${pid}`,
		limitMs: 20_000,
	});
	inspectors.set(pid, url);
	return url;
}

type Reply = { id: number; error?: { message: string }; result?: { result?: { value?: string } } };

async function ask(socket: WebSocket, method: string, params: object = {}): Promise<Reply> {
	return await new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), 60_000);
		socket.once('message', (data: Buffer) => {
			clearTimeout(timer);
			resolve(JSON.parse(data.toString()) as Reply);
		});
		socket.send(JSON.stringify({ id: 1, method, params }));
	});
}

/**
 * Collects the garbage of an n8n and tells what is left: only that shows what is held for good,
 * as Node lets the resident memory grow for as long as the machine has some.
 */
export async function settledMemory(server: N8nServer): Promise<Memory> {
	const socket = new WebSocket(await inspectorOf(server));
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	try {
		// What the first collection finalizes, the next one frees.
		for (let round = 0; round < 3; round++) {
			await ask(socket, 'HeapProfiler.collectGarbage');
			await delay(200);
		}
		const expression = 'JSON.stringify(process.memoryUsage())';
		const { result } = await ask(socket, 'Runtime.evaluate', { expression, returnByValue: true });
		const usage = JSON.parse(result?.result?.value ?? '{}') as NodeJS.MemoryUsage;
		const resident = residentBytes(server.process.pid);
		return { resident, heap: usage.heapUsed, buffers: usage.arrayBuffers };
	} finally {
		socket.terminate();
	}
}
