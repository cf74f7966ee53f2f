// The live suite: `npm run test:live` runs the built nodes in n8n's engine against the servers that
// environment variables name; `-- --simulators` against the simulated servers of every version.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { say } from '../support/install/command.mjs';
import { setup } from '../setup.mjs';

const HELP = `npm run test:live [-- options]
  --simulators      the simulated servers of every version instead of real ones
  --only TEXT       beside the first answers, only the areas (files in test/live/areas) that are
                    named like this, e.g. audio
  --help            this text

Dify:       DIFY_BASE_URL, DIFY_API_KEY (a Chatflow app); and where there is one:
            DIFY_INPUTS_API_KEY (an app with input variables), DIFY_VARIABLES_API_KEY (with
            conversation variables), DIFY_HUMAN_API_KEY (with a human input node),
            DIFY_WORKFLOW_API_KEY (a Workflow app), DIFY_COMPLETION_API_KEY (a Completion app),
            DIFY_CHAT_API_KEY (a Chat app), DIFY_AGENT_API_KEY (an Agent app), DIFY_AGENT_QUERY
            (what makes it call a tool),
            DIFY_KNOWLEDGE_API_KEY (of the workspace), DIFY_PIPELINE_DATASET_ID (a knowledge
            pipeline) and DIFY_PIPELINE_INPUTS (JSON of its inputs),
            DIFY_EMBEDDING_PROVIDER and DIFY_EMBEDDING_MODEL (turns the annotation reply on and off),
            DIFY_MANY (a number of messages, for lists that are longer than a page),
            DIFY_FILE_URL (a PNG that the server can fetch),
            DIFY_QUERY (what is asked), DIFY_LONG_QUERY (what takes seconds to answer),
            DIFY_LONG_INPUTS (JSON of inputs with which the Workflow app takes seconds)
Cybertron:  CYBERTRON_BASE_URL, CYBERTRON_ROBOT_KEY, CYBERTRON_ROBOT_TOKEN, CYBERTRON_USERNAME;
            and where there is one: CYBERTRON_FLOW_UUID, CYBERTRON_TENANT (of offline files),
            CYBERTRON_UPLOAD_QUESTION (starts an upload), CYBERTRON_QUESTION (what is asked)`;

const NEEDED = {
	DIFY_BASE_URL: ['DIFY_API_KEY'],
	CYBERTRON_BASE_URL: ['CYBERTRON_ROBOT_KEY', 'CYBERTRON_ROBOT_TOKEN', 'CYBERTRON_USERNAME'],
};

/** What to say when the variables are not enough to begin; nothing when they are. */
function complaint(env) {
	const given = Object.entries(NEEDED).filter(([baseUrl]) => env[baseUrl]);
	if (given.length === 0) {
		return `Set DIFY_BASE_URL and DIFY_API_KEY (a key of a Chatflow app),
or ${['CYBERTRON_BASE_URL', ...NEEDED.CYBERTRON_BASE_URL].join(', ')}. More: npm run test:live -- --help`;
	}
	const missing = given.flatMap(([, names]) => names).filter((name) => !env[name]);
	return missing.length === 0
		? undefined
		: `Set ${missing.join(', ')} as well.\nMore: npm run test:live -- --help`;
}

async function main() {
	const { values } = parseArgs({
		options: {
			simulators: { type: 'boolean', default: false },
			only: { type: 'string', default: '' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	const missing = values.simulators ? undefined : complaint(process.env);
	if (missing) {
		say(missing);
		return 2;
	}
	// n8n would write the errors of nodes between the rows.
	process.env.N8N_LOG_LEVEL ??= 'silent';
	await setup({});
	// The rest is TypeScript, and what can read it has only now been installed for certain.
	const require = createRequire(import.meta.url);
	require('tsx/cjs/api').register();
	await require('../support/jest/freshBuild.ts').freshBuild();
	const { runLive, runAgainstSimulators } = require('./live.ts');
	return values.simulators
		? await runAgainstSimulators(values.only)
		: await runLive(process.env, values.only);
}

main()
	.catch((error) => {
		say(`\n${error.stack ?? error}`);
		say('0 passed, 1 failed');
		return 1;
	})
	.then((code) => process.exit(code));
