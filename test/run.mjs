// `npm test`, `npm run test:e2e` and more, each complete in itself, from a fresh clone:
//   node test/run.mjs        install, build, lint, type check, all tests that need no n8n
//   node test/run.mjs e2e    install (n8n too), build, the tests in a real n8n
//   node test/run.mjs oldest   the same tests, but for some, in the oldest n8n that is supported
//   node test/run.mjs queue  the trigger in n8n's queue mode (Redis, PostgreSQL, two workers)
//   node test/run.mjs faults  1,000 executions in queue mode, with faults and a worker that is killed
//                             (--quick: 100; --seed N: the draws of another run; --write: test/faults/README.md)
//   node test/run.mjs browser      the same, then n8n's editor in a Chromium
//   node test/run.mjs screenshots  the same, then the pictures of the README
// The last line says how many passed and failed; a step before the tests counts when it fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, say } from './support/install/command.mjs';
import { cacheFolder, rootFolder } from './support/install/folders.mjs';
import { setup } from './setup.mjs';

const suites = {
	unit: { n8n: false, checks: ['lint', 'typecheck'], jest: ['--config', 'test/jest.config.cjs'] },
	e2e: { n8n: true, checks: [], jest: ['--config', 'test/e2e/jest.config.cjs', '--runInBand'] },
	oldest: {
		oldest: true,
		checks: [],
		jest: ['--config', 'test/e2e-oldest/jest.config.cjs', '--runInBand'],
		env: { CHATFLOW_N8N: 'oldest' },
	},
	queue: {
		n8n: true,
		checks: [],
		jest: ['--config', 'test/e2e/queue/jest.config.cjs', '--runInBand'],
	},
	faults: {
		n8n: true,
		checks: [],
		jest: ['--config', 'test/faults/jest.config.cjs', '--runInBand'],
		switches: {
			'--quick': () => ({ CHATFLOW_FAULTS: 'quick' }),
			'--write': () => ({ CHATFLOW_FAULTS_WRITE: 'yes' }),
			'--seed': (values) => ({ CHATFLOW_FAULTS_SEED: values.shift() }),
		},
	},
	browser: {
		n8n: true,
		checks: [],
		jest: ['--config', 'test/browser/jest.config.cjs', '--runInBand'],
	},
	screenshots: {
		n8n: true,
		checks: [],
		jest: ['--config', 'test/browser/screenshots.config.cjs', '--runInBand'],
	},
};

function runScript(name) {
	say(`- npm run ${name}`);
	const [command, args] = npmCommand(['run', '--silent', name]);
	return spawnSync(command, args, { cwd: rootFolder, stdio: 'inherit' }).status === 0;
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
function runJest(name, suite) {
	const result = join(cacheFolder, `jest-${name}.json`);
	mkdirSync(cacheFolder, { recursive: true });
	rmSync(result, { force: true });
	const jest = join(rootFolder, 'node_modules', 'jest', 'bin', 'jest.js');
	const { rest, settings } = readSwitches(suite, process.argv.slice(3));
	const all = [jest, ...suite.jest, '--json', '--outputFile', result, ...rest];
	const { status } = spawnSync(process.execPath, all, {
		cwd: rootFolder,
		stdio: 'inherit',
		env: { ...process.env, ...settings },
	});
	if (!existsSync(result)) return { passed: 0, failed: 1 };
	const told = JSON.parse(readFileSync(result, 'utf8'));
	const passed = told.numPassedTests;
	const failed = told.numFailedTests + told.numRuntimeErrorTestSuites;
	return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

async function main() {
	const name = process.argv[2] ?? 'unit';
	const suite = suites[name];
	if (!suite) throw new Error(`Unknown suite "${name}": ${Object.keys(suites).join(' or ')}`);
	await setup(suite);
	const broken = suite.checks.filter((check) => !runScript(check));
	const { passed, failed } = runJest(name, suite);
	if (broken.length > 0) say(`Failed before the tests: ${broken.join(', ')}`);
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
