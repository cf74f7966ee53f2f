import { N8nClient, type Owner } from '../support/n8n/client';
import { readExamples } from '../support/n8n/examples';
import { groupExists } from '../support/n8n/guarded-process';
import { installInN8n } from '../support/n8n/package-install';
import { startN8n, type N8nServer } from '../support/n8n/server';
import { demoCredentials, saveDemoCredentials } from './credentials';
import { Interruption } from './interruption';
import { demoOwner, lockDemo } from './folder';
import { choosePort } from './port';
import { say, step } from './print';
import { runExamples } from './run-examples';
import { startSimulators, type Simulators } from './simulators';

export interface DemoOptions {
	once: boolean;
	port?: number;
	/** n8n's data, the login and the lock. */
	folder: string;
}

interface Demo {
	n8n: N8nServer;
	simulators: Simulators;
	owner: Owner;
	/** How many examples and credential tests did not give what they should. */
	failed: number;
	passed: number;
}

/** Everything from the package to the examples; what it starts, it registers for stopping. */
async function prepare(options: DemoOptions, interruption: Interruption): Promise<Demo> {
	const { signal } = interruption;
	const port = await choosePort(options.port);
	const simulators = await step('Starting the simulators', async () => await startSimulators());
	interruption.onEnd('the simulators', async () => await simulators.close());
	await step('Installing the package in n8n', async () => await installInN8n(options.folder));
	signal.throwIfAborted();
	const n8n = await step(
		'Starting n8n',
		async () => await startN8n({ userFolder: options.folder, port, signal }),
	);
	interruption.onEnd('n8n', async () => {
		await n8n.stop();
		if (groupExists(n8n.process.pid)) throw new Error('n8n left processes behind');
	});
	const client = new N8nClient(n8n.baseUrl);
	const owner = demoOwner(options.folder);
	await client.enter(owner);
	const credentials = await saveDemoCredentials(client, demoCredentials(simulators));
	const examples = await runExamples(client, readExamples(), {
		credentials: credentials.saved,
		signal,
	});
	return {
		n8n,
		simulators,
		owner,
		passed: credentials.passed + examples.passed,
		failed: credentials.failed + examples.failed,
	};
}

function announce({ n8n, simulators, owner }: Demo): void {
	say('');
	// The root is n8n's welcome page, which shows no workflows.
	say(`n8n is open at       ${n8n.baseUrl}/home/workflows`);
	say(`  email              ${owner.email}`);
	say(`  password           ${owner.password}`);
	say(`Dify simulator       ${simulators.dify.baseUrl}`);
	say(`Cybertron simulator  ${simulators.cybertron.origin}`);
	say(`n8n's log            ${n8n.process.logFile}`);
	say('Ctrl-C stops everything.');
}

/** Runs the demo; the result is the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
	const unlock = lockDemo(options.folder);
	const interruption = new Interruption();
	try {
		const demo = await prepare(options, interruption);
		say('');
		say(`${demo.passed} passed, ${demo.failed} failed`);
		if (options.once) return demo.failed === 0 && demo.passed > 0 ? 0 : 1;
		announce(demo);
		return await interruption.untilStopped(demo.n8n.process.exited);
	} catch (error) {
		if (!interruption.signal.aborted) throw error;
		return 130;
	} finally {
		await interruption.end();
		unlock();
	}
}
