const { join, sep } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const built = join(__dirname, '../../../dist') + sep;

/**
 * Tests in n8n's engine. jest loads every module anew for each test file; n8n-core with its 1,800
 * modules takes longer than most files. Here it is loaded once per worker, outside of jest's registry,
 * and only its services and the built package are made anew.
 */
module.exports = class EngineEnvironment extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.requireOutside = require;
		// n8n and the package read the environment where they are loaded.
		this.global.process.env = process.env;
	}

	async teardown() {
		require('@n8n/di').Container.reset();
		for (const file of Object.keys(require.cache)) {
			if (file.startsWith(built)) delete require.cache[file];
		}
		await super.teardown();
	}
};
