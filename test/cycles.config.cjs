/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		{
			name: 'no-import-cycles',
			comment: 'A module that needs the one it is needed by can neither be read nor tested alone.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsConfig: { fileName: 'tsconfig.json' },
		// Imports of types count: they vanish from the code, but not from what a reader has to know.
		tsPreCompilationDeps: true,
	},
};
