import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { keepView, openSession, type Session } from './support/session';
import { stepsWorkflow } from './support/workflow';

/** More than one page of Dify's lists. */
const MANY = 130;

describe('a field that loads from the service', () => {
	let session: Session;
	let simulators: Simulators;

	beforeAll(async () => {
		simulators = await startSimulators();
		const { seed } = simulators.dify;
		for (let number = 1; number <= MANY; number += 1)
			seed.annotation({ question: `Question ${number}`, answer: `Answer ${number}` });
		session = await openSession();
		const [dify] = demoCredentials(simulators);
		if (!dify) throw new Error('The demo has no credential for Dify');
		const good = await saveCredential(session.client, dify);
		const wrong = await saveCredential(session.client, {
			...dify,
			name: 'Dify with a wrong key',
			data: { ...dify.data, apiKey: 'app-this-is-wrong' },
		});
		const messages = { resource: 'conversation', operation: 'getMessages' };
		const step = (name: string, parameters: Record<string, string>, credential: SavedCredential) =>
			({ name, node: 'dify', parameters, credential }) as const;
		await session.editor.openWorkflow(
			stepsWorkflow('Pickers', [
				step('Messages', { ...messages, user: 'customer-7' }, good),
				step('Messages of nobody', messages, good),
				step('Messages with a wrong key', { ...messages, user: 'customer-7' }, wrong),
				step('Annotation', { resource: 'annotation', operation: 'delete' }, good),
				step(
					'Form',
					{
						resource: 'chat',
						operation: 'send',
						user: 'ann',
						query: '#inputs',
						inputsMode: 'form',
					},
					good,
				),
			]),
		);
		await session.editor.fitCanvas();
	});
	afterEach(async () => {
		await keepView(session.editor, expect.getState().currentTestName ?? '');
		await session.editor.panel.close();
	});
	afterAll(async () => {
		await session.close();
		await simulators.close();
	});

	it('lists the conversations of the user, the latest first, and uses the one that is picked', async () => {
		const panel = await session.editor.openNode('Messages');
		const picker = panel.picker('conversationId');
		expect(await picker.entries()).toEqual(['Opening hours', 'A broken lamp']);
		await picker.pick('A broken lamp');
		await panel.execute();
		expect(await panel.itemCount()).toBe('2 items');
		expect(await panel.outputFields()).toMatchObject({ query: 'My lamp is broken' });
	});

	it('says what is missing when the list depends on a field that is empty', async () => {
		const panel = await session.editor.openNode('Messages of nobody');
		expect(await panel.picker('conversationId').entries()).toEqual([expect.stringMatching(/User/)]);
	});

	it('says so when the key is wrong', async () => {
		const panel = await session.editor.openNode('Messages with a wrong key');
		const [message] = await panel.picker('conversationId').entries();
		expect(message).toMatch(/credential|API key/i);
		expect(message).not.toContain('app-this-is-wrong');
	});

	it('searches a list that is longer than a page', async () => {
		const panel = await session.editor.openNode('Annotation');
		expect(await panel.picker('annotationId').entries('Question 7')).toEqual(
			expect.arrayContaining([expect.stringContaining('Question 7')]),
		);
	});

	it('shows the inputs of the app as a form and sends what was filled in', async () => {
		const panel = await session.editor.openNode('Form');
		await panel.fill('city', 'Oslo');
		await panel.execute();
		expect((await panel.outputFields()).answer).toMatch(/"city":\s?"Oslo"/);
	});
});
