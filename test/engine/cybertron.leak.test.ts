import { spawn } from 'node:child_process';
import path from 'node:path';

import type { CybertronSimulator } from '../simulators/cybertron';
import { startCybertronSimulator } from '../simulators/cybertron';
import { credentialFor } from './cybertron.helpers';

const child = path.join(__dirname, 'cybertron.leak.child.ts');
const typescript = require.resolve('tsx/cjs');

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

interface Ended {
	outcome: string;
	/** Milliseconds between the end of the work and the end of the process. */
	lingeredMs: number;
	exitCode: number | null;
	errors: string;
}

/** Runs one conversation in a process of its own, which must end without being told to. */
async function converse(question: string, more: object = {}): Promise<Ended> {
	const task = { credential: credentialFor(simulator), question, idleMs: 1000, ...more };
	const running = spawn(process.execPath, ['--require', typescript, child, JSON.stringify(task)]);
	let output = '';
	let errors = '';
	running.stdout.on('data', (data: Buffer) => (output += String(data)));
	running.stderr.on('data', (data: Buffer) => (errors += String(data)));
	const giveUp = setTimeout(() => running.kill(), 20_000);
	const exitCode = await new Promise<number | null>((resolve) => running.once('exit', resolve));
	clearTimeout(giveUp);
	const { outcome, at } = JSON.parse(output || '{"outcome":"","at":0}') as {
		outcome: string;
		at: number;
	};
	return { outcome, lingeredMs: Date.now() - at, exitCode, errors };
}

/** Everything that may be left open: sockets, timers, listeners. */
describe('a process ends by itself at once after a conversation', () => {
	it.each([
		['that went well', 'Hello', [], {}, 'answered'],
		['with a server that does not answer the closing', 'Hello', ['#never-close'], {}, 'answered'],
		['that was cut', 'Hello #terminate-after 2', [], {}, 'failed: The Cybertron server closed'],
		['that fell silent', 'Hello #silent-after 2', [], {}, 'failed: The Cybertron server sent'],
		[
			'in the middle of a frame',
			'Hello #half-after 2 #stall',
			[],
			{},
			'failed: The Cybertron server sent',
		],
		[
			'that was cancelled',
			'Hello #silent',
			[],
			{ idleMs: 60_000, cancelMs: 500 },
			'failed: The execution',
		],
		['that never began', 'Hello', ['#stall'], {}, 'failed: The request to the Cybertron server'],
		['that was refused', 'Hello', ['#status 404'], {}, 'failed: The Cybertron server refused'],
		[
			'whose handshake was wrong',
			'Hello',
			['#bad-accept'],
			{},
			'failed: The request to the Cybertron server',
		],
		[
			'that was cancelled before it began',
			'Hello',
			['#stall'],
			{ idleMs: 60_000, cancelMs: 500 },
			'failed: The execution',
		],
	])(
		'%s',
		async (_how, question, faults, more, outcome) => {
			for (const directives of faults) simulator.faults.add({ on: 'upgrade', directives });
			const ended = await converse(question, more);
			expect(ended.errors).toBe('');
			expect(ended.outcome.slice(0, outcome.length)).toBe(outcome);
			expect(ended.exitCode).toBe(0);
			expect(ended.lingeredMs).toBeLessThan(3000);
		},
		30_000,
	);
});
