// `npm test`, `npm run test:e2e` and more, each complete in itself, from a fresh clone:
//   node test/run.mjs        install; lint, format, types, and beside them all tests that need no n8n
//   node test/run.mjs <path> install; the tests of that file or folder
//   node test/run.mjs long   install; in full length what the first one runs a share of only
//   node test/run.mjs e2e    install (n8n too), build, the tests in a real n8n
//   node test/run.mjs oldest   the same tests, but for some, in the oldest n8n that is supported
//   node test/run.mjs queue  the trigger in n8n's queue mode (Redis, PostgreSQL, two workers)
//   node test/run.mjs faults  1,000 executions in queue mode, with faults and a worker that is killed
//                             (--quick: 100; --seed N: the draws of another run; --write: test/faults/README.md)
//   node test/run.mjs browser      the same, then n8n's editor in a Chromium
//   node test/run.mjs screenshots  the same, then the pictures of the README
// The last line says how many passed and failed; a step before the tests counts when it fails.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { npmCommand, say } from './support/install/command.mjs';
import { cacheFolder, rootFolder } from './support/install/folders.mjs';
import { setup } from './setup.mjs';

/** The test files that do a share only in `npm test`: those which ask for it. */
function filesWithShares() {
	return ['unit', 'engine', 'contract']
		.map((folder) => join(rootFolder, 'test', folder))
		.flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
		.filter((file) => file.endsWith('.test.ts'))
		.filter((file) => /from '[./]+\/support\/share'/.test(readFileSync(file, 'utf8')));
}

const suites = {
	unit: {
		checks: ['lint', 'typecheck', 'format:check'],
		jest: ['--config', 'test/jest.config.cjs'],
	},
	long: {
		jest: [
			'--config',
			'test/jest.config.cjs',
			'--testTimeout=300000',
			'--runTestsByPath',
			...filesWithShares(),
		],
		env: { CHATFLOW_TESTS: 'long' },
	},
	e2e: { n8n: true, jest: ['--config', 'test/e2e/jest.config.cjs', '--runInBand'] },
	oldest: {
		oldest: true,
		jest: ['--config', 'test/e2e-oldest/jest.config.cjs', '--runInBand'],
		env: { CHATFLOW_N8N: 'oldest' },
	},
	queue: {
		n8n: true,
		jest: ['--config', 'test/e2e/queue/jest.config.cjs', '--runInBand'],
	},
	faults: {
		n8n: true,
		jest: ['--config', 'test/faults/jest.config.cjs', '--runInBand'],
		switches: {
			'--quick': () => ({ CHATFLOW_FAULTS: 'quick' }),
			'--write': () => ({ CHATFLOW_FAULTS_WRITE: 'yes' }),
			'--seed': (values) => ({ CHATFLOW_FAULTS_SEED: values.shift() }),
		},
	},
	browser: {
		n8n: true,
		jest: ['--config', 'test/browser/jest.config.cjs', '--runInBand'],
	},
	screenshots: {
		n8n: true,
		jest: ['--config', 'test/browser/screenshots.config.cjs', '--runInBand'],
	},
};

/**
 * Runs a program with its output on the terminal, or gathered until it has ended. A patient one leaves
 * the processor to the others: many tests measure times.
 */
function run(command, args, { env, gathered = false, patient = false } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: rootFolder,
			env: { ...process.env, ...env },
			stdio: gathered ? ['ignore', 'pipe', 'pipe'] : 'inherit',
		});
		if (patient && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
		const output = [];
		for (const stream of [child.stdout, child.stderr]) {
			stream?.on('data', (piece) => output.push(piece));
		}
		child.on('error', reject);
		child.on('close', (status) => resolve({ status, output: Buffer.concat(output).toString() }));
	});
}

/** Runs npm scripts one after the other and tells each when it has ended; gives those that failed. */
async function runChecks(names) {
	const failed = [];
	for (const name of names) {
		const started = Date.now();
		const [command, args] = npmCommand(['run', '--silent', name]);
		const { status, output } = await run(command, args, { gathered: true, patient: true });
		const seconds = Math.round((Date.now() - started) / 1000);
		say(`- npm run ${name}: ${status === 0 ? 'passed' : 'failed'} after ${seconds} s`);
		if (output.trim() !== '') say(output.trimEnd());
		if (status !== 0) failed.push(name);
	}
	return failed;
}

/** Takes a suite's own switches out of the arguments: they are settings, and jest gets the rest. */
function readSwitches({ switches = {}, env }, args) {
	const rest = [];
	const settings = { ...env };
	const given = [...args];
	for (let arg = given.shift(); arg !== undefined; arg = given.shift()) {
		const take = Object.hasOwn(switches, arg) ? switches[arg] : undefined;
		if (take) Object.assign(settings, take(given));
		else rest.push(arg);
	}
	return { rest, settings };
}

/** Runs jest and reads its own result; a suite that could not even start counts as one failure. */
async function runJest(name, suite, given) {
	const result = join(cacheFolder, `jest-${name}.json`);
	mkdirSync(cacheFolder, { recursive: true });
	rmSync(result, { force: true });
	const jest = join(rootFolder, 'node_modules', 'jest', 'bin', 'jest.js');
	const { rest, settings } = readSwitches(suite, given);
	const args = [jest, ...suite.jest, '--json', '--outputFile', result, ...rest];
	const { status } = await run(process.execPath, args, { env: settings });
	if (!existsSync(result)) return { passed: 0, failed: 1 };
	const told = JSON.parse(readFileSync(result, 'utf8'));
	const passed = told.numPassedTests;
	const failed = told.numFailedTests + told.numRuntimeErrorTestSuites;
	return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** The suite that is asked for, and what is for jest; without a suite's name, the unit suite. */
function readArguments([name, ...rest]) {
	if (name === undefined) return { name: 'unit', given: [] };
	if (Object.hasOwn(suites, name)) return { name, given: rest };
	if (name.startsWith('-') || existsSync(join(rootFolder, name))) {
		return { name: 'unit', given: [name, ...rest] };
	}
	throw new Error(`Neither a path nor a suite (${Object.keys(suites).join(', ')}): "${name}"`);
}

async function main() {
	const { name, given } = readArguments(process.argv.slice(2));
	const suite = suites[name];
	await setup(suite);
	// Whoever asks for some of the tests only wants to know about those.
	const checks = given.length === 0 ? (suite.checks ?? []) : [];
	const [broken, { passed, failed }] = await Promise.all([
		runChecks(checks),
		runJest(name, suite, given),
	]);
	if (broken.length > 0) say(`Failed beside the tests: ${broken.join(', ')}`);
	return { passed, failed: failed + broken.length };
}

main()
	.catch((error) => {
		say(`\n${error.message}`);
		return { passed: 0, failed: 1 };
	})
	.then(({ passed, failed }) => {
		say(`${passed} passed, ${failed} failed`);
		process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
	});
