import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupExists, startGuarded } from '../../support/n8n/guarded-process';
import { waitFor } from '../../support/n8n/wait';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'chatflow-guard-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a child of its own and says so; neither ends by itself. `deaf` ignores SIGTERM. */
const PARENT = `
	if (process.argv[1] === 'deaf') process.on('SIGTERM', () => {});
	require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	setInterval(() => {}, 1000);
	console.log('started');
`;

const commandOf = (kind: string, graceMs: number) => ({
	command: process.execPath,
	args: ['-e', PARENT, kind],
	cwd: folder,
	env: process.env,
	logFile: join(folder, 'log'),
	graceMs,
});

const isStarted = (logFile: string) =>
	waitFor(async () => (readFileSync(logFile, 'utf8').includes('started') ? true : undefined), {
		what: 'The start',
		limitMs: 10_000,
	});

const isGone = (pid: number) =>
	waitFor(async () => (groupExists(pid) ? undefined : true), {
		what: 'The end of the group',
		limitMs: 10_000,
	});

describe('a guarded process', () => {
	it('ends with its own children when it is stopped', async () => {
		const guarded = await startGuarded(commandOf('polite', 5000));
		await isStarted(guarded.logFile);
		expect(groupExists(guarded.pid)).toBe(true);
		await guarded.stop();
		await isGone(guarded.pid);
	});

	it('is killed when it does not listen to SIGTERM', async () => {
		const guarded = await startGuarded(commandOf('deaf', 300));
		await isStarted(guarded.logFile);
		await guarded.stop();
		await isGone(guarded.pid);
	});

	it('says why a command cannot be started', async () => {
		const missing = { ...commandOf('polite', 300), command: join(folder, 'nothing-here') };
		await expect(startGuarded(missing)).rejects.toThrow('ENOENT');
	});

	it('ends when its owner is killed without a chance to clean up', async () => {
		const guard = join(__dirname, '..', '..', 'support', 'n8n', 'guard.mjs');
		const log = join(folder, 'log');
		const args = [guard, log, '300', process.execPath, '-e', PARENT, 'deaf'];
		const owner = spawn(process.execPath, [
			'-e',
			`const child = require('node:child_process').spawn(process.execPath, ${JSON.stringify(args)},
				{ detached: true, stdio: ['pipe', 'inherit', 'inherit'] });`,
		]);
		const pid = await new Promise<number>((resolve) => {
			owner.stdout.on('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
		});
		await isStarted(log);
		expect(groupExists(pid)).toBe(true);
		owner.kill('SIGKILL');
		await isGone(pid);
	});
});
