import { connect } from 'node:net';
import { logTail, type GuardedProcess } from '../n8n/guarded-process';
import { waitFor } from '../n8n/wait';

const START_LIMIT_MS = 30_000;

function accepts(port: number): Promise<true | undefined> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(undefined));
	});
}

/** Waits until a process accepts connections on its port; fails with the end of its log. */
export async function untilListening(
	what: string,
	process: GuardedProcess,
	port: number,
): Promise<void> {
	const explain = () => logTail(process.logFile);
	await waitFor(
		async () => {
			if (process.exitCode() !== undefined) throw new Error(`${what} ended: ${explain()}`);
			return await accepts(port);
		},
		{ what: `The start of ${what}`, limitMs: START_LIMIT_MS, everyMs: 100, explain },
	);
}
