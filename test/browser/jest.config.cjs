/** The tests in n8n's editor: a Chromium and a real n8n are started for all of them. */
module.exports = {
	rootDir: '../..',
	roots: ['<rootDir>/test/browser'],
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': '<rootDir>/test/support/jest/transform.cjs' },
	globalSetup: '<rootDir>/test/browser/support/start.ts',
	globalTeardown: '<rootDir>/test/e2e/support/stop.ts',
	testTimeout: 90000,
};
