// Turns TypeScript into JavaScript for jest, one file at a time and without its types: those are the
// business of `npm run typecheck`.
const { createHash } = require('node:crypto');
const { transformSync, version } = require('esbuild');

const options = {
	loader: 'ts',
	format: 'cjs',
	target: 'node20',
	// An `import()` becomes a `require`, the only one that jest can answer.
	supported: { 'dynamic-import': false },
	sourcemap: 'inline',
};
const settings = JSON.stringify([options, version]);

module.exports = {
	process: (source, sourcefile) => ({
		code: transformSync(source, { ...options, sourcefile }).code,
	}),
	getCacheKey: (source, sourcefile) =>
		createHash('sha256').update([settings, sourcefile, source].join('\0')).digest('hex'),
};
