/** The tests that need a real n8n: one is started for all of them. */
module.exports = {
	rootDir: '../..',
	roots: ['<rootDir>/test/e2e'],
	testPathIgnorePatterns: ['/node_modules/', '/test/e2e/queue/'],
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': '<rootDir>/test/support/jest/transform.cjs' },
	globalSetup: '<rootDir>/test/e2e/support/start.ts',
	globalTeardown: '<rootDir>/test/e2e/support/stop.ts',
	testTimeout: 120000,
};
