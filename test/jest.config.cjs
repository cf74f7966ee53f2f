const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const rootDir = join(__dirname, '..');

const common = {
	rootDir,
	transform: { '^.+\\.ts$': '<rootDir>/test/support/jest/transform.cjs' },
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/n8n', '<rootDir>/test/.cache/'],
};

/** @type {import('jest').Config} */
module.exports = {
	rootDir,
	globalSetup: '<rootDir>/test/support/jest/globalSetup.ts',
	globalTeardown: '<rootDir>/test/support/jest/globalTeardown.ts',
	testTimeout: 30_000,
	// Many tests wait for a server: more workers than cores keep the cores busy.
	maxWorkers: availableParallelism() + 2,
	projects: [
		{
			...common,
			displayName: 'unit',
			testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
		},
		{
			...common,
			displayName: 'engine',
			testEnvironment: '<rootDir>/test/support/jest/engineEnvironment.cjs',
			testMatch: ['<rootDir>/test/{engine,contract}/**/*.test.ts'],
			setupFiles: ['<rootDir>/test/support/jest/outside.ts'],
			setupFilesAfterEnv: ['<rootDir>/test/support/engine/warmUp.ts'],
		},
	],
};
