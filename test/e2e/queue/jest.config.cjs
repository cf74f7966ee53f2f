/** The tests that need n8n's queue mode: each starts a cluster of its own. */
const {
	globalSetup,
	globalTeardown,
	testPathIgnorePatterns,
	...base
} = require('../jest.config.cjs');

module.exports = {
	...base,
	rootDir: '../../..',
	roots: ['<rootDir>/test/e2e/queue'],
	testTimeout: 900_000,
};
