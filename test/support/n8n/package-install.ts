import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rootFolder } from './installation';

const run = promisify(execFile);

export const packageName = 'n8n-nodes-chatflow';

export interface Tarball {
	file: string;
	/** Changes whenever a byte of the content does. */
	integrity: string;
	/** Bytes of the compressed file. */
	size: number;
	/** Paths inside the package. */
	files: string[];
}

interface PackAnswer {
	filename: string;
	integrity: string;
	size: number;
	files: Array<{ path: string }>;
}

/** Runs npm with the Node that runs this. */
export async function npm(args: string[], cwd: string): Promise<string> {
	const cli = process.env.npm_execpath;
	const maxBuffer = 64 * 1024 * 1024;
	const { stdout } = cli?.endsWith('npm-cli.js')
		? await run(process.execPath, [cli, ...args], { cwd, maxBuffer })
		: await run('npm', args, { cwd, maxBuffer });
	return stdout;
}

/** Packs the built package as `npm publish` would, without running any script. */
export async function packTarball(folder: string): Promise<Tarball> {
	mkdirSync(folder, { recursive: true });
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	// A list, from npm 12 on an object with the package's name as its key.
	const answer = JSON.parse(await npm(args, rootFolder)) as Record<string, PackAnswer>;
	const [packed] = Object.values(answer);
	if (!packed) throw new Error('npm pack did not say what it packed');
	const { integrity, size } = packed;
	const files = packed.files.map(({ path }) => path);
	return { file: join(folder, packed.filename), integrity, size, files };
}

function withoutForeignDependencies(packageJson: string): string {
	const kept = JSON.parse(packageJson) as Record<string, unknown>;
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies'])
		delete kept[key];
	return JSON.stringify(kept, null, 2);
}

async function unpackAndInstall(tarball: string, folder: string): Promise<void> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const packageJson = join(folder, 'package.json');
	writeFileSync(packageJson, withoutForeignDependencies(readFileSync(packageJson, 'utf8')));
	await npm(
		[
			'install',
			'--audit=false',
			'--fund=false',
			'--bin-links=false',
			'--install-strategy=shallow',
			'--ignore-scripts=true',
			'--package-lock=false',
		],
		folder,
	);
}

/**
 * Puts the built package where n8n keeps community packages, by the steps n8n itself takes when
 * a user installs one: pack, unpack, drop the dev, peer and optional dependencies, install the rest
 * without scripts. A link to the repository would hide files missing in the package.
 * Does nothing when the same content is there already.
 */
export async function installInN8n(userFolder: string): Promise<Tarball> {
	const nodes = join(userFolder, '.n8n', 'nodes');
	const target = join(nodes, 'node_modules', packageName);
	const stamp = join(nodes, `${packageName}.integrity`);
	const packFolder = mkdtempSync(join(tmpdir(), 'chatflow-pack-'));
	try {
		const tarball = await packTarball(packFolder);
		const isThere = existsSync(stamp) && readFileSync(stamp, 'utf8') === tarball.integrity;
		if (!isThere || !existsSync(target)) {
			rmSync(stamp, { force: true });
			await unpackAndInstall(tarball.file, target);
			writeFileSync(stamp, tarball.integrity);
		}
		return tarball;
	} finally {
		rmSync(packFolder, { recursive: true, force: true });
	}
}
