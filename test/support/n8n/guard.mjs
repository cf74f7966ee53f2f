// Starts one command in a process group of its own and ends the whole group when its owner is gone.
//   node guard.mjs <log file> <grace in ms> <command> [arguments]
// The owner holds this process's standard input: when that closes, on purpose or because the owner
// died in whatever way, the group gets SIGTERM and, after the grace, SIGKILL. A signal handler in
// the owner could not promise that: it does not run after SIGKILL, nor inside a test framework.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

const [logFile, grace, command, ...args] = process.argv.slice(2);
const log = openSync(logFile, 'a');
const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
closeSync(log);

function signalGroup(signal) {
	try {
		process.kill(-child.pid, signal);
	} catch {
		// The group is empty: nothing is left to end.
	}
}

let stopping = false;
function stop() {
	if (stopping) return;
	stopping = true;
	signalGroup('SIGTERM');
	setTimeout(() => signalGroup('SIGKILL'), Number(grace));
}

// Ctrl-C reaches every process of the terminal; what is to be done then is the owner's decision.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', stop);
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();

child.on('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(127);
});
child.on('spawn', () => process.stdout.write(`${child.pid}\n`));
child.on('exit', (code, signal) => {
	signalGroup('SIGKILL');
	process.exit(code ?? (signal === null ? 1 : 128));
});
