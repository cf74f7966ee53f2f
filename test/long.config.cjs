const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const base = require('./jest.config.cjs');

/** The test files that run a share only in `npm test`: those which ask for it. */
const files = ['unit', 'engine', 'contract']
	.flatMap((folder) =>
		readdirSync(join(__dirname, folder), { recursive: true }).map((file) =>
			join(__dirname, folder, file),
		),
	)
	.filter((file) => file.endsWith('.test.ts'))
	.filter((file) => /from '[./]+\/support\/share'/.test(readFileSync(file, 'utf8')));

/** @type {import('jest').Config} */
module.exports = { ...base, testMatch: files };
