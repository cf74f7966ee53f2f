import { closeSync, openSync, writeSync } from 'node:fs';
import type { Execution } from '../../support/n8n/executions';
import { MemoryWatch } from './memory';
import { digits, median, megabytes, times } from './measure';
import { taskOf, type N8nSession } from './n8n';
import { atLeast, atMost, type Outcome } from './row';

/** What one transfer took. */
export interface Transfer {
	/** Milliseconds in the node. */
	ms: number;
	/** Bytes by which n8n's resident memory grew at its peak. */
	growth: number;
}

/** Writes a file of this size whose content is not all zeros. */
export function writeLargeFile(file: string, bytes: number): void {
	const block = Buffer.alloc(1024 * 1024, 'The quick brown fox jumps over the lazy dog. ');
	const handle = openSync(file, 'w');
	for (let left = bytes; left > 0; left -= block.length) {
		writeSync(handle, block, 0, Math.min(left, block.length));
	}
	closeSync(handle);
}

/** Runs a workflow while n8n's memory is watched, and tells about these nodes of it. */
export async function transfers(
	n8n: N8nSession,
	nodes: string[],
	run: () => Promise<Execution>,
): Promise<Transfer[]> {
	const watch = new MemoryWatch(n8n.pid);
	try {
		const execution = await run();
		return nodes.map((node) => {
			const { startTime, executionTime } = taskOf(execution, node);
			return {
				ms: executionTime,
				growth: watch.growth(startTime, startTime + executionTime),
			};
		});
	} finally {
		watch.stop();
	}
}

const MOST_MEMORY = 100e6;

/** The runs of one transfer, round by round. */
export interface Contest {
	node: Transfer[];
	/** Milliseconds. */
	curl: number[];
	/** n8n's own HTTP Request node: what n8n and its HTTP client cost by themselves. */
	httpRequest?: Transfer[];
}

/** The two numbers of a transfer: its speed beside curl's, and the memory it took. */
export function transferOutcomes(name: string, bytes: number, runs: Contest): Outcome[] {
	const timeOf = (transfers: Transfer[]) => median(transfers.map(({ ms }) => ms));
	const node = timeOf(runs.node);
	const curl = median(runs.curl);
	const speed = (ms: number) => `${digits(bytes / 1e3 / ms)} MB/s`;
	const reference = runs.httpRequest
		? `, n8n's HTTP Request node ${speed(timeOf(runs.httpRequest))}`
		: '';
	return [
		atLeast(0.8, {
			name: `${name}: speed against curl`,
			value: curl / node,
			show: times,
			details: [`node ${speed(node)}, curl ${speed(curl)}${reference}, all with the same server`],
		}),
		memoryOutcome(name, runs.node),
	];
}

/** The memory that a transfer took. */
export function memoryOutcome(name: string, runs: Transfer[]): Outcome {
	return atMost(MOST_MEMORY, {
		name: `${name}: growth of n8n's resident memory at its peak`,
		value: median(runs.map(({ growth }) => growth)),
		show: megabytes,
		details: [`runs: ${runs.map(({ growth }) => megabytes(growth)).join(', ')}`],
	});
}
