import { saveCredential } from '../support/n8n/credentials';
import { mistakes, startServers, type Mistake } from './support/mistakes';
import { keepView, openSession, type Session } from './support/session';
import { stepsWorkflow, type Step } from './support/workflow';

const NAMES = [
	'Wrong Dify key',
	'Wrong robot key',
	'Base URL of something else',
	'Base URL of something that is not Cybertron',
	'User is empty',
	'Query is empty',
	'Unknown conversation',
	'File of another user',
	'Self-signed certificate of Dify',
	'Self-signed certificate of Cybertron',
	'Dify is down',
	'Cybertron is down',
	'App is not published',
	'Quota is used up',
];

describe('a mistake, as it is read in the panel', () => {
	let session: Session;
	let servers: Awaited<ReturnType<typeof startServers>>;
	let all: Mistake[];

	beforeAll(async () => {
		servers = await startServers();
		all = mistakes(servers);
		session = await openSession();
		const steps: Step[] = [];
		for (const { name, node, parameters, credential } of all) {
			const type = `${node}Api`;
			const saved = await saveCredential(session.client, { name, type, data: credential });
			steps.push({ name, node, parameters, credential: saved });
		}
		await session.editor.openWorkflow(stepsWorkflow('Mistakes', steps));
		await session.editor.fitCanvas();
	});
	afterEach(async () => {
		await keepView(session.editor, expect.getState().currentTestName ?? '');
		await session.editor.panel.close();
	});
	afterAll(async () => {
		await session.close();
		await servers.close();
	});

	it.each(NAMES)('%s: says what happened and what to do', async (name) => {
		const mistake = all.find((one) => one.name === name);
		const panel = await session.editor.openNode(name);
		await panel.execute();
		const error = await panel.error();
		expect(error.message).toMatch(mistake?.message ?? /never/);
		expect(error.description).toMatch(mistake?.description ?? /never/);
		const shown = JSON.stringify(error);
		for (const secret of Object.values(mistake?.credential ?? {}))
			if (typeof secret === 'string' && !/^http/.test(secret)) expect(shown).not.toContain(secret);
	});
});
