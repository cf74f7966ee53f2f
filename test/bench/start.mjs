// The benchmark: `npm run bench` installs what is missing, builds, and measures each goal in turn.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { say } from '../support/install/command.mjs';
import { setup } from '../setup.mjs';

const HELP = `npm run bench [-- options]
  --quick     smaller sizes, some minutes in all
  --write     puts the table into test/bench/README.md, between its two markers; all rows, in full size
  --only 3,8  only these rows
  --no-setup  takes what is installed and built as it is
  --help      this text`;

function readArguments() {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			write: { type: 'boolean', default: false },
			only: { type: 'string', default: '' },
			'no-setup': { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const only = values.only.split(',').filter(Boolean).map(Number);
	if (only.some((number) => !(number >= 1 && number <= 9))) {
		throw new Error(`--only wants numbers from 1 to 9, not "${values.only}"`);
	}
	if (values.write && (values.quick || only.length > 0)) {
		throw new Error('--write wants all rows in full size: leave --quick and --only out');
	}
	return { ...values, only };
}

async function main() {
	const { help, 'no-setup': noSetup, ...options } = readArguments();
	if (help) {
		say(HELP);
		return 0;
	}
	if (!noSetup) await setup({ n8n: true });
	// The rest is TypeScript, and what can read it has only now been installed for certain.
	const require = createRequire(import.meta.url);
	require('tsx/cjs/api').register();
	return await require('./bench.ts').runBench(options);
}

main()
	.catch((error) => {
		say(`\n${error.stack}`);
		return 1;
	})
	.then((code) => process.exit(code));
