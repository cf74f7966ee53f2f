const e2e = require('../e2e/jest.config.cjs');

/** The end-to-end tests in the oldest n8n that is supported (CHATFLOW_N8N=oldest). */
module.exports = {
	...e2e,
	// The demo is made for the newest n8n only, and durable poll cursors came with n8n 2.
	testPathIgnorePatterns: ['/demo\\.test\\.ts$', '/durable\\.test\\.ts$'],
};
