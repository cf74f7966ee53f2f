// Runs one long command so that whoever waits for it sees that it is alive, and sees why it failed.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const PROGRESS_EVERY_MS = 5000;
const TAIL_LINES = 40;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The command line of npm, started with the running Node where npm tells where it is
 * (so that it also works where `npm` is not an executable file).
 */
export function npmCommand(args) {
	const cli = process.env.npm_execpath;
	return cli?.endsWith('npm-cli.js') ? [process.execPath, [cli, ...args]] : ['npm', args];
}

/** Where npm keeps its own packages, node-gyp among them; undefined when that cannot be found out. */
export function npmFolder() {
	const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
	const scripts = [process.env.npm_execpath, ...onPath].filter((file) => file && existsSync(file));
	const folders = scripts.map((file) => dirname(dirname(realpathSync(file))));
	return folders.find((folder) => existsSync(join(folder, 'node_modules', 'node-gyp')));
}

/** Elapsed time for people: `42 s` or `2 min 05 s`. */
function elapsed(sinceMs) {
	const seconds = Math.round((Date.now() - sinceMs) / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Prints one line, indented under the heading of its step. */
export function say(line) {
	process.stdout.write(`${line}\n`);
}

function tail(file) {
	return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

/**
 * Runs a command with its output in a log file and a progress line every few seconds.
 * `detail()` adds what is known about the progress, e.g. a count. Fails with the log's last lines.
 */
export async function runLogged(
	title,
	command,
	args,
	{ cwd, env, log, timeoutMs, detail = () => '' },
) {
	const started = Date.now();
	mkdirSync(dirname(log), { recursive: true });
	say(`- ${title} ...`);
	const timer = setInterval(() => {
		const known = detail();
		say(`    ${elapsed(started)}${known ? `, ${known}` : ''}`);
	}, PROGRESS_EVERY_MS);
	try {
		const code = await spawnLogged(command, args, { cwd, env, log, timeoutMs });
		if (code !== 0) {
			throw new Error(`${title}: ended with ${code}. The end of ${log}:\n${tail(log)}`);
		}
	} finally {
		clearInterval(timer);
	}
	say(`    done in ${elapsed(started)}`);
}

function spawnLogged(command, args, { cwd, env, log, timeoutMs }) {
	return new Promise((resolve, reject) => {
		const file = createWriteStream(log);
		file.on('error', reject);
		file.on('open', () => {
			const child = spawn(command, args, {
				cwd,
				env,
				timeout: timeoutMs,
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			// Nothing of it may go on after Ctrl-C or a terminated CI job.
			const forward = (signal) => child.kill(signal);
			for (const signal of SIGNALS) process.on(signal, forward);
			child.stdout.pipe(file, { end: false });
			child.stderr.pipe(file, { end: false });
			child.on('error', reject);
			child.on('close', (code, signal) => {
				for (const name of SIGNALS) process.off(name, forward);
				file.end(() => resolve(code ?? signal));
			});
		});
	});
}
