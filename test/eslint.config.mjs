import parser from '@typescript-eslint/parser';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nBase from 'eslint-plugin-n8n-nodes-base';

const base = { 'n8n-nodes-base': n8nBase };
const community = n8nCommunityNodesPlugin.configs.recommended;
const communityList = Array.isArray(community) ? community : [community];

// The base plugin predates NodeConnectionTypes and full documentation addresses; n8n's own package
// scanner leaves out the same three rules.
const outdated = {
	'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
	'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
	'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
};

// ws and form-data are asked for by the package's purpose, the two parsers earn their place; a test
// runs n8n's scanner and asserts that it finds these dependencies and nothing else.
const dependencies = {
	'@n8n/community-nodes/no-runtime-dependencies': 'off',
	'@n8n/community-nodes/no-restricted-imports': 'off',
};

const code = ['nodes/**/*.ts', 'credentials/**/*.ts'];

export default [
	{ ignores: ['dist/**', 'node_modules/**', 'test/n8n*/**', 'test/.cache/**', 'coverage/**'] },
	...communityList.map((config) => ({ ...config, files: [...code, 'package.json'] })),
	{
		files: code,
		languageOptions: { parser },
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
		rules: { ...dependencies, 'no-console': 'error' },
	},
	{
		files: ['nodes/**/*.ts'],
		plugins: base,
		rules: { ...n8nBase.configs.nodes.rules, ...outdated },
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: base,
		rules: { ...n8nBase.configs.credentials.rules, ...outdated },
	},
	{
		files: ['package.json'],
		languageOptions: { parser, parserOptions: { extraFileExtensions: ['.json'] } },
		plugins: base,
		rules: { ...n8nBase.configs.community.rules, ...dependencies },
	},
	{
		files: ['test/**/*.ts', 'test/**/*.mjs'],
		languageOptions: { parser },
		rules: { 'no-debugger': 'error', 'no-dupe-keys': 'error', 'no-unreachable': 'error' },
	},
];
