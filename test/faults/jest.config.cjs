/** The load and fault suite: one run in a cluster of its own, judged by the tests. */
module.exports = {
	rootDir: '../..',
	roots: ['<rootDir>/test/faults'],
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': '<rootDir>/test/support/jest/transform.cjs' },
	testTimeout: 120_000,
};
