import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import n8nBase from 'eslint-plugin-n8n-nodes-base';
import regexp from 'eslint-plugin-regexp';
import { configs, parser, plugin as typescript } from 'typescript-eslint';

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

// ws and form-data are asked for by the package's purpose; a test
// runs n8n's scanner and asserts that it finds these dependencies and nothing else.
const dependencies = {
	'@n8n/community-nodes/no-runtime-dependencies': 'off',
	'@n8n/community-nodes/no-restricted-imports': 'off',
};

const code = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const tests = ['test/**/*.ts'];

/** For the rules that ask the type checker. */
const parserOptions = { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname };

const everywhere = {
	// A promise that nobody waits for loses its failure.
	'@typescript-eslint/no-floating-promises': 'error',
	'@typescript-eslint/no-explicit-any': 'error',
};

// A regular expression that backtracks on what a server sends would hold up the whole of n8n.
const expressions = {
	'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
	'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }],
};

const typed = {
	...Object.assign({}, ...configs.recommendedTypeCheckedOnly.map(({ rules }) => rules)),
	...everywhere,
	'@typescript-eslint/switch-exhaustiveness-check': 'error',
	// n8n's signatures ask for promises where nothing has to be waited for.
	'@typescript-eslint/require-await': 'off',
	// What n8n and the servers give is of the type IDataObject or unknown, mostly a text.
	'@typescript-eslint/no-base-to-string': 'off',
	// n8n's require-node-api-error forbids to throw on what was caught: it is rejected as it came.
	'@typescript-eslint/prefer-promise-reject-errors': 'off',
	// What was caught is unknown until the entry of the package turns it into n8n's error.
	'@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
};

export default [
	{ ignores: ['dist/**', 'node_modules/**', 'test/n8n*/**', 'test/.cache/**', 'coverage/**'] },
	...communityList.map((config) => ({ ...config, files: [...code, 'package.json'] })),
	{
		files: code,
		plugins: { '@typescript-eslint': typescript, regexp },
		languageOptions: { parser, parserOptions },
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
		rules: { ...dependencies, ...typed, ...expressions, 'no-console': 'error' },
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
		files: [...tests, 'test/**/*.mjs'],
		languageOptions: { parser },
		rules: { 'no-debugger': 'error', 'no-dupe-keys': 'error', 'no-unreachable': 'error' },
	},
	{
		files: tests,
		plugins: { '@typescript-eslint': typescript },
		languageOptions: { parser, parserOptions },
		rules: everywhere,
	},
];
