/** @type {import('jest').Config} */
module.exports = {
	rootDir: '..',
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': '<rootDir>/test/support/jest/transform.cjs' },
	testMatch: ['<rootDir>/test/{unit,engine,contract}/**/*.test.ts'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/n8n', '<rootDir>/test/.cache/'],
	globalSetup: '<rootDir>/test/support/jest/globalSetup.ts',
	globalTeardown: '<rootDir>/test/support/jest/globalTeardown.ts',
	setupFilesAfterEnv: ['<rootDir>/test/support/engine/warmUp.ts'],
	// Many tests wait for a server: one worker more than there are cores keeps the cores busy.
	maxWorkers: require('node:os').availableParallelism() + 1,
	testTimeout: 30_000,
};
