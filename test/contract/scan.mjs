// Runs n8n's own package scanner over the source and over the packed package, without its look-up of
// a published version, and prints the findings as JSON. A process of its own: the scanner is an ES
// module and changes what it loads.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Turns ESLint's "stylish" report into `{ file, severity, rule, message }`. */
function findings(folder, { details = '', error }) {
	if (error) throw error;
	const found = [];
	let file = '';
	for (const line of details.replace(/\u001b\[\d+m/g, '').split('\n')) {
		const finding = /^\s+\d+:\d+\s+(error|warning)\s+(.*?)\s+(\S+)$/.exec(line);
		if (finding) found.push({ file, severity: finding[1], message: finding[2], rule: finding[3] });
		else if (line.startsWith(folder)) file = path.relative(folder, line.trim());
	}
	return found;
}

function unpack(folder) {
	// npm 12 prints an object with a key per package where older ones print a list.
	const [packed] = Object.values(
		JSON.parse(
			execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
				cwd: root,
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore'],
			}),
		),
	);
	execFileSync('tar', ['-xzf', path.join(folder, packed.filename), '-C', folder]);
	return path.join(folder, 'package');
}

const folder = mkdtempSync(path.join(tmpdir(), 'chatflow-scan-'));
try {
	const packageFolder = unpack(folder);
	const source = findings(root, await analyzePackage(root, SOURCE_FILE_PATTERNS));
	const packed = findings(
		packageFolder,
		await analyzePackage(packageFolder, ['**/*.js', 'package.json']),
	);
	process.stdout.write(JSON.stringify({ source, packed }));
} finally {
	rmSync(folder, { recursive: true, force: true });
}
