/** @type {import('jest').Config} */
module.exports = {
	rootDir: '..',
	testEnvironment: 'node',
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json', diagnostics: false }],
	},
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: [
		'/node_modules/',
		'/test/e2e/',
		'/test/browser/',
		'/test/faults/',
		'/test/n8n',
		'/test/.cache/',
	],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/n8n', '<rootDir>/test/.cache/'],
	globalSetup: '<rootDir>/test/support/engine/makeFolder.ts',
	globalTeardown: '<rootDir>/test/support/engine/removeFolder.ts',
	setupFilesAfterEnv: ['<rootDir>/test/support/engine/warmUp.ts'],
	testTimeout: 30_000,
};
