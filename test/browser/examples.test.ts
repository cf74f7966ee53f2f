import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { readExamples, withCredentials } from '../support/n8n/examples';
import { boxesOf, overlaps } from './support/layout';
import { takePicture } from './support/pictures';
import { openSession, type Session } from './support/session';

describe('an example workflow on the canvas', () => {
	let session: Session;
	let simulators: Simulators;
	const credentials: SavedCredential[] = [];

	beforeAll(async () => {
		simulators = await startSimulators();
		session = await openSession();
		for (const content of demoCredentials(simulators))
			credentials.push(await saveCredential(session.client, content));
	});
	afterAll(async () => {
		await session.close();
		await simulators.close();
	});

	it.each(readExamples().map((example) => [example.id, example] as const))(
		'%s: nothing lies on anything else, and every note can be read to its end',
		async (id, { workflow }) => {
			const { editor } = session;
			await editor.openWorkflow(withCredentials(workflow, credentials));
			await editor.fitCanvas();
			await takePicture(editor, `example-${id}`);
			const boxes = await boxesOf(editor);
			expect(boxes).toHaveLength(workflow.nodes.length);
			expect(boxes.filter(({ isNote }) => isNote)).not.toEqual([]);
			expect(boxes.filter(({ hidden }) => hidden > 0).map(({ name }) => name)).toEqual([]);
			expect(overlaps(boxes)).toEqual([]);
		},
	);
});
