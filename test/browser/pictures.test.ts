import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import { agentWorkflow } from '../e2e/support/agentWorkflow';
import { startFakeModel, type FakeModel } from '../support/fakeModel';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { readExamples, withCredentials, type Example } from '../support/n8n/examples';
import type { Editor } from './support/editor';
import { overviewWorkflow } from './support/overview';
import { takePicture } from './support/pictures';
import { openSession, type Session } from './support/session';

const MOST_BYTES = 200_000;

function exampleNamed(wanted: string): Example {
	const example = readExamples().find(({ id }) => id === wanted);
	if (!example) throw new Error(`There is no example ${wanted}`);
	return example;
}

describe('the pictures of the README', () => {
	let session: Session;
	let simulators: Simulators;
	let model: FakeModel;
	let dify: SavedCredential;
	let cybertron: SavedCredential;

	beforeAll(async () => {
		simulators = await startSimulators();
		model = await startFakeModel({ question: 'When will my lamp come?' });
		session = await openSession();
		const contents = demoCredentials(simulators);
		const forDify = contents.find(({ type }) => type === 'difyApi');
		const forCybertron = contents.find(({ type }) => type === 'cybertronApi');
		if (!forDify || !forCybertron) throw new Error('The demo has no credentials');
		dify = await saveCredential(session.client, { ...forDify, name: 'Support app' });
		cybertron = await saveCredential(session.client, { ...forCybertron, name: 'Support robot' });
	});
	afterAll(async () => {
		await session.close();
		await Promise.all([simulators.close(), model.close()]);
	});

	/** In every picture of the panel the window around it is left away. */
	const takePanel = async (name: string) =>
		await takePicture(session.editor, name, session.editor.page.getByTestId('ndv'));

	const showOverview = async (editor: Editor, name: string, trigger: string) => {
		await editor.openWorkflow({ ...overviewWorkflow({ dify, cybertron }), name });
		await editor.executeFrom(trigger);
		await editor.fitCanvas();
	};

	it.each(['dark', 'light'] as const)('show the canvas, %s', async (scheme) => {
		const editor = scheme === 'light' ? session.editor : await session.another(scheme);
		await showOverview(editor, `Support desk (${scheme})`, 'Start');
		expect(await takePicture(editor, `canvas-${scheme}`)).toBeLessThan(MOST_BYTES);
	});

	it('show a message to Dify and its answer', async () => {
		const panel = await session.editor.openNode('Ask Dify');
		await panel.show('schema');
		expect(await takePanel('dify-chat')).toBeLessThan(MOST_BYTES);
		await panel.close();
	});

	it.each([
		['dify', 'Ask Dify'],
		['cybertron', 'Run Flow'],
	])('show a credential of %s that works', async (service, node) => {
		const { editor } = session;
		await editor.openNode(node);
		await editor.credential.openChosen();
		await editor.credential.verdict();
		const picture = await takePicture(editor, `credential-${service}`, editor.credential.frame);
		expect(picture).toBeLessThan(MOST_BYTES);
		await editor.credential.close();
		await editor.panel.close();
	});

	it('show the trigger', async () => {
		const panel = await session.editor.openNode('Answer Was Rated');
		await panel.execute();
		await panel.show('schema');
		expect(await takePanel('trigger')).toBeLessThan(MOST_BYTES);
		await panel.close();
	});

	it('show a mistake and what to do about it', async () => {
		const { editor } = session;
		const wrong = await saveCredential(session.client, {
			name: 'Old key',
			type: 'difyApi',
			data: { baseUrl: simulators.dify.baseUrl, apiKey: 'app-old' },
		});
		const content = overviewWorkflow({ dify: wrong, cybertron });
		await editor.openWorkflow({ ...content, name: 'Support desk (old key)' });
		const panel = await editor.openNode('Ask Dify');
		await panel.execute();
		await panel.error();
		expect(await takePanel('error')).toBeLessThan(MOST_BYTES);
		await panel.close();
	});

	it('show a chatflow in several rounds', async () => {
		const { editor } = session;
		const { workflow } = exampleNamed('cybertron-chatflow');
		const saved = { ...cybertron, name: 'Cybertron (simulator)' };
		await editor.openWorkflow(withCredentials(workflow, [saved]));
		const panel = await editor.openNode('Run Flow');
		await panel.execute();
		await panel.show('schema');
		expect(await takePanel('cybertron-rounds')).toBeLessThan(MOST_BYTES);
		await panel.close();
	});

	it('show an example workflow with its explanation', async () => {
		const { editor } = session;
		const { workflow } = exampleNamed('dify-human-approval');
		await editor.openWorkflow(withCredentials(workflow, [{ ...dify, name: 'Dify (simulator)' }]));
		await editor.fitCanvas();
		expect(await takePicture(editor, 'example-human-approval')).toBeLessThan(MOST_BYTES);
	});

	it('show the nodes as tools of an agent', async () => {
		const { editor } = session;
		const content = {
			name: 'Model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.baseUrl },
		};
		const credential = await saveCredential(session.client, content);
		const question = "={{ $fromAI('question', 'What to ask', 'string') }}";
		const workflow = agentWorkflow(
			credential,
			[
				{
					node: 'dify',
					parameters: { resource: 'chat', operation: 'send', query: question, user: 'agent' },
					credential: dify,
				},
				{
					node: 'cybertron',
					parameters: { resource: 'chatflow', operation: 'run', question },
					credential: cybertron,
				},
			],
			'When will my lamp come?',
		);
		await editor.openWorkflow({ ...workflow, name: 'An agent with both services' });
		await editor.executeFrom('Start');
		await editor.fitCanvas();
		expect(await takePicture(editor, 'agent')).toBeLessThan(MOST_BYTES);
	});
});
