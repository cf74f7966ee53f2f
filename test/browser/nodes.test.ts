import { keepView, openSession, type Session } from './support/session';

let session: Session;

beforeAll(async () => {
	session = await openSession();
});
afterAll(async () => await session.close());
afterEach(async () => await keepView(session.editor, expect.getState().currentTestName ?? ''));

describe('the list of nodes', () => {
	beforeEach(async () => {
		await session.editor.newWorkflow();
		await session.editor.creator.open();
	});

	it.each([
		['dify', 'Dify'],
		['cybertron', 'Cybertron'],
	])('finds by "%s" the node %s', async (text, node) => {
		expect(await session.editor.creator.search(text)).toContain(node);
	});
});
