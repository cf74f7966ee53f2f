import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rootFolder } from '../support/n8n/installation';
import { freePort, isPortFree } from '../support/n8n/ports';
import { waitFor } from '../support/n8n/wait';

const OPEN_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 40_000;

interface Demo {
	child: ChildProcess;
	output(): string;
	ended: Promise<number | null>;
}

let folder: string;
let demos: Demo[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'chatflow-demo-'));
	demos = [];
});
afterEach(async () => {
	for (const { child } of demos) child.kill('SIGKILL');
	await Promise.all(demos.map(async ({ ended }) => await ended));
	rmSync(folder, { recursive: true, force: true });
});

function startDemo(...args: string[]): Demo {
	const all = [join('test', 'demo', 'start.mjs'), '--folder', folder, ...args];
	const child = spawn(process.execPath, all, {
		cwd: rootFolder,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	const collect = (chunk: Buffer) => (output += chunk.toString());
	child.stdout.on('data', collect);
	child.stderr.on('data', collect);
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	const demo = { child, ended, output: () => output };
	demos.push(demo);
	return demo;
}

const waitForOutput = async (demo: Demo, text: string) =>
	await waitFor(
		async () => {
			if (demo.output().includes(text)) return true;
			if (demo.child.exitCode !== null) throw new Error(`The demo ended:\n${demo.output()}`);
			return undefined;
		},
		{ what: `"${text}"`, limitMs: OPEN_LIMIT_MS, explain: demo.output },
	);

/** Processes that have this folder in their command line or, as n8n does, in their environment. */
async function leftovers(): Promise<string[]> {
	const listed = spawn('ps', ['axeww'], { stdio: ['ignore', 'pipe', 'ignore'] });
	let text = '';
	listed.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
	await new Promise((resolve) => listed.on('close', resolve));
	return text.split('\n').filter((line) => line.includes(folder));
}

describe('the demo', () => {
	it(
		'runs every example, stays open at the chosen port, and leaves nothing behind after Ctrl-C',
		async () => {
			const port = await freePort();
			const demo = startDemo('--port', String(port));
			await waitForOutput(demo, 'Ctrl-C stops everything');
			expect(demo.output()).toContain(', 0 failed');
			expect(demo.output()).not.toContain('FAIL');
			expect(demo.output()).toContain(`http://127.0.0.1:${port}/home/workflows\n`);

			const { email, password } = JSON.parse(
				readFileSync(join(folder, 'login.json'), 'utf8'),
			) as Record<string, string>;
			expect(demo.output()).toContain(password);
			const login = await fetch(`http://127.0.0.1:${port}/rest/login`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ emailOrLdapLoginId: email, password }),
			});
			expect(login.status).toBe(200);

			const second = startDemo();
			expect(await second.ended).toBe(1);
			expect(second.output()).toContain('running already');

			demo.child.kill('SIGINT');
			expect(await demo.ended).toBe(0);
			expect(demo.output()).not.toContain('ended on its own');
			expect(await isPortFree(port)).toBe(true);
			expect(await leftovers()).toEqual([]);
		},
		OPEN_LIMIT_MS + STOP_LIMIT_MS,
	);

	it(
		'stops cleanly when it is interrupted while n8n starts',
		async () => {
			const demo = startDemo('--once');
			await waitForOutput(demo, 'Starting n8n');
			await delay(3000);
			expect(await leftovers()).not.toEqual([]);
			demo.child.kill('SIGTERM');
			expect(await demo.ended).toBe(130);
			expect(await leftovers()).toEqual([]);
		},
		OPEN_LIMIT_MS + STOP_LIMIT_MS,
	);

	it('says so when the chosen port is taken', async () => {
		const taken = new URL(process.env.CHATFLOW_E2E_N8N ?? '').port;
		const demo = startDemo('--once', '--port', taken);
		expect(await demo.ended).toBe(1);
		expect(demo.output()).toContain(`Port ${taken} is taken`);
	});

	it('refuses a port that is none', async () => {
		const demo = startDemo('--port', 'seventy');
		expect(await demo.ended).toBe(1);
		expect(demo.output()).toContain('--port wants a number');
	});
});
