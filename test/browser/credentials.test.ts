import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import { keepView, openSession, type Session } from './support/session';

const services = [
	{
		type: 'difyApi',
		node: 'Dify',
		action: 'Send chat message',
		secrets: ['apiKey'],
		refusal: /key/i,
	},
	{
		type: 'cybertronApi',
		node: 'Cybertron',
		action: 'Run chatflow',
		secrets: ['robotKey', 'robotToken'],
		refusal: /robot key and token/i,
	},
] as const;

describe('a credential made from the panel of a node', () => {
	let session: Session;
	let simulators: Simulators;

	beforeAll(async () => {
		simulators = await startSimulators();
		session = await openSession();
	});
	afterEach(async () => await keepView(session.editor, expect.getState().currentTestName ?? ''));
	afterAll(async () => {
		await session.close();
		await simulators.close();
	});

	it.each(services.map((service) => [service.node, service] as const))(
		'is refused by %s with a wrong key and says why, and is accepted with the right one',
		async (_, { type, node, action, secrets, refusal }) => {
			const { editor } = session;
			const data = demoCredentials(simulators).find((content) => content.type === type)?.data;
			await editor.newWorkflow();
			await editor.creator.open();
			await editor.creator.add(node, node, action);
			await editor.credential.openNew();
			for (const [name, value] of Object.entries(data ?? {}))
				if (typeof value === 'string') await editor.credential.fill(name, value);
			await editor.credential.fill(secrets[0], 'this-is-a-wrong-key');
			await editor.credential.save();
			const refused = await editor.credential.verdict();
			expect(refused).toMatch(refusal);
			expect(refused).not.toContain('this-is-a-wrong-key');

			for (const name of secrets) await editor.credential.fill(name, String(data?.[name]));
			await editor.credential.save();
			await editor.credential.openChosen();
			expect(await editor.credential.verdict()).toMatch(/connection tested successfully/i);
			await editor.credential.close();
		},
	);
});
