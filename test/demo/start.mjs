// The demo: `npm start` installs what is missing, builds, starts the two simulators and a real n8n
// with the package in it, runs the example workflows once and leaves n8n open until Ctrl-C.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { say } from '../support/install/command.mjs';
import { cacheFolder } from '../support/install/folders.mjs';
import { setup } from '../setup.mjs';

const HELP = `npm start [-- options]
  --once      stop after the examples have run; the exit code is 0 only if all gave what they should
  --port N    where n8n listens on 127.0.0.1 (5678 unless that is taken)
  --folder F  where n8n keeps its data (test/.cache/demo)
  --help      this text`;

function readArguments() {
	const { values } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			port: { type: 'string' },
			folder: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	const port = values.port === undefined ? undefined : Number(values.port);
	if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
		throw new Error(`--port wants a number from 1 to 65535, not "${values.port}"`);
	}
	const folder = resolve(values.folder ?? join(cacheFolder, 'demo'));
	return { once: values.once, port, folder, help: values.help };
}

async function main() {
	const { help, ...options } = readArguments();
	if (help) {
		say(HELP);
		return 0;
	}
	await setup({ n8n: true });
	// The rest is TypeScript, and what can read it has only now been installed for certain.
	const require = createRequire(import.meta.url);
	require('tsx/cjs/api').register();
	return await require('./demo.ts').runDemo(options);
}

main()
	.catch((error) => {
		say(`\n${error.message}`);
		return 1;
	})
	.then((code) => process.exit(code));
