import { keepView, openSession, type Session } from './support/session';
import { stepsWorkflow } from './support/workflow';

let session: Session;

beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session.close());
afterEach(async () => await keepView(session.editor, expect.getState().currentTestName ?? ''));

describe('the list of nodes', () => {
	beforeAll(async () => {
		await session.editor.openWorkflow(stepsWorkflow('Searching', []));
		await session.editor.creator.open();
	});

	// The editor leaves the word "Trigger" out of the names of triggers.
	const all = ['Dify', 'Cybertron', 'Chatflow'];
	it.each([
		['bot', all],
		['chat', all],
		['LLM', all],
		['RAG', all],
		['knowledge', all],
		['chatflow', all],
		['dify', ['Dify', 'Chatflow']],
		['AgentStudio', ['Cybertron', 'Chatflow']],
		['CybotStar', ['Cybertron', 'Chatflow']],
		['feedback', ['Chatflow']],
	])('finds by "%s" %j', async (text, nodes) => {
		expect(await session.editor.creator.search(text)).toEqual(expect.arrayContaining(nodes));
	});
});

describe('a node added from the list', () => {
	beforeEach(async () => await session.editor.newWorkflow());

	it.each([
		['dify', 'Dify', 'Send chat message', ['Query', 'User', 'Conversation ID', 'Output Mode']],
		['agentstudio', 'Cybertron', 'Run chatflow', ['Question', 'Segment Code', 'Output Mode']],
	])('by "%s" is %s with its action "%s" and the fields of that', async (...row) => {
		const [search, node, action, fields] = row;
		await session.editor.creator.open();
		await session.editor.creator.add(search, node, action);
		expect(await session.editor.panel.labels()).toEqual(
			expect.arrayContaining(['Resource', 'Operation', ...fields]),
		);
	});

	it('is the trigger, with the choice of what it waits for', async () => {
		await session.editor.creator.open();
		await session.editor.creator.add('chatflow', 'Chatflow', 'On workflow log');
		const { panel } = session.editor;
		expect(await panel.labels()).toContain('Trigger On');
		expect(await panel.notices()).toEqual([
			expect.stringContaining('Dify writes these logs for Workflow apps only'),
		]);
		await panel.choose('event', 'Offline File Status');
		expect(await panel.labels()).toContain('File IDs');
		expect(await panel.labels()).not.toContain('Filters');
	});
});
