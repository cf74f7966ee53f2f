/** Takes the pictures of the README anew: the picture tests alone, which then write to test/docs. */
process.env.CHATFLOW_PICTURES = 'test/docs';
module.exports = {
	...require('./jest.config.cjs'),
	testMatch: ['<rootDir>/test/browser/pictures.test.ts'],
};
