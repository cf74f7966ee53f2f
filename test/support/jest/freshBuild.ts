import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { CompilerOptions } from 'typescript';

const root = resolve(__dirname, '../../..');
const settingsFile = join(root, 'tsconfig.json');
const built = join(root, 'dist');
const SOURCES = ['nodes', 'credentials'];

function filesIn(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

/** The file in dist that a source becomes; none for what is not part of the package. */
function targetOf(source: string): string | undefined {
	const target = join(built, relative(root, source));
	if (/\.d\.ts$/.test(source)) return undefined;
	if (/\.ts$/.test(source)) return target.replace(/ts$/, 'js');
	return /\.(json|svg)$/.test(source) ? target : undefined;
}

function isStale(source: string, target: string): boolean {
	if (!existsSync(target)) return true;
	const { mtimeMs } = statSync(target);
	return statSync(source).mtimeMs > mtimeMs || statSync(settingsFile).mtimeMs > mtimeMs;
}

async function compiler(): Promise<(source: string) => string> {
	const { default: ts } = await import('typescript');
	const { config } = ts.readConfigFile(settingsFile, (file) => ts.sys.readFile(file)) as {
		config: object;
	};
	const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
	const compilerOptions: CompilerOptions = { ...options, isolatedModules: true };
	return (source) =>
		ts.transpileModule(readFileSync(source, 'utf8'), { compilerOptions, fileName: source })
			.outputText;
}

/**
 * Brings dist up to date with its sources, file by file and without a look at the types, and does
 * nothing where it already is: the tests in n8n's engine load the built package. What it writes is
 * what `npm run build` writes.
 */
export async function freshBuild(): Promise<void> {
	const pairs = SOURCES.flatMap((folder) => filesIn(join(root, folder))).flatMap((source) => {
		const target = targetOf(source);
		return target === undefined ? [] : [{ source, target }];
	});
	const wanted = new Set(pairs.map(({ target }) => target));
	for (const file of filesIn(built)) if (!wanted.has(file)) rmSync(file);
	const stale = pairs.filter(({ source, target }) => isStale(source, target));
	if (stale.length === 0) return;
	const compile = await compiler();
	for (const { source, target } of stale) {
		const content = source.endsWith('.ts') ? compile(source) : readFileSync(source);
		mkdirSync(dirname(target), { recursive: true });
		writeFileSync(target, content);
	}
}
