import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Finding {
	file: string;
	severity: string;
	rule: string;
	message: string;
}

const root = path.resolve(__dirname, '../..');
const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	dependencies: Record<string, string>;
};

/** Where each runtime dependency is imported, the one place for each (without its ending). */
const IMPORTED_IN: Record<string, string> = {
	'eventsource-parser': 'nodes/shared/sse',
	'form-data': 'nodes/shared/multipart',
	'https-proxy-agent': 'nodes/shared/proxy',
	'proxy-from-env': 'nodes/shared/proxy',
	ws: 'nodes/shared/websocket',
};

let scan: { source: Finding[]; packed: Finding[] };

beforeAll(() => {
	const output = execFileSync('node', [path.join(__dirname, 'scan.mjs')], {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
		// With Jest's NODE_ENV the scanner's rules take the source for examples of their own tests.
		env: { ...process.env, NODE_ENV: 'production' },
	});
	scan = JSON.parse(output) as typeof scan;
}, 180_000);

/** `file rule [package]` of every finding, sorted. */
function summary(found: Finding[]): string[] {
	return found
		.map(({ file, rule, message }) => {
			const name = /(?:[Ii]mport|Require) of '([^']+)'/.exec(message)?.[1];
			return [file, rule.replace('@n8n/community-nodes/', ''), name].filter(Boolean).join(' ');
		})
		.sort();
}

function expected(place: (file: string) => string): string[] {
	const imports = Object.keys(dependencies).map(
		(name) =>
			`${place(IMPORTED_IN[name] ?? `no known place for ${name}`)} no-restricted-imports ${name}`,
	);
	return [...imports, 'package.json no-runtime-dependencies'].sort();
}

describe("n8n's package scanner", () => {
	it('finds the runtime dependencies in the source and nothing else', () => {
		expect(summary(scan.source)).toEqual(expected((file) => `${file}.ts`));
	});

	it('finds the runtime dependencies in the packed package and nothing else', () => {
		expect(summary(scan.packed)).toEqual(expected((file) => `dist/${file}.js`));
	});
});
