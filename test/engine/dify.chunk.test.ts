import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

/** A document of so many chunks, and how the node names it. */
function seedDocument(form: 'text_model' | 'qa_model' = 'text_model') {
	const base = simulator.seed.knowledgeBase();
	const document = simulator.seed.document({ datasetId: base.id, text: 'First.', docForm: form });
	const [first] = document.segments;
	if (!first) throw new Error('The document has no chunk');
	const at = { datasetId: picked(base.id), documentId: picked(document.id) };
	return { document, first, at, chunk: { ...at, chunkId: picked(first.id) } };
}

const run = async (operation: string, parameters: INodeParameters) =>
	await runDify(simulator, `chunk.${operation}`, parameters);

const writes = () =>
	simulator.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);

describe.each(['1.12', '1.14', '1.16'] as const)('a chunk on Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('is created, read, changed and deleted', async () => {
		const { at } = seedDocument();
		const [made] = (await run('create', { ...at, content: 'Second.' })).json;
		expect(made).toMatchObject({ content: 'Second.', position: 2, doc_form: 'text_model' });
		expect(made).not.toHaveProperty('error');
		const chunk = { ...at, chunkId: picked(String(made?.id)) };
		expect((await run('get', chunk)).json).toMatchObject([{ id: made?.id, content: 'Second.' }]);
		const changed = await run('update', { ...chunk, content: 'Changed.' });
		expect(changed.json).toMatchObject([{ id: made?.id, content: 'Changed.' }]);
		expect((await run('delete', chunk)).json).toEqual([{ deleted: true }]);
		const { error } = await run('delete', chunk);
		expect(error?.message).toBe('Dify did not find the record: Segment not found.');
		conforming(simulator);
	});

	it('has children that are created, read, changed and deleted', async () => {
		const { chunk } = seedDocument();
		const level = { ...chunk, level: 'child' };
		const [made] = (await run('create', { ...level, content: 'Part.' })).json;
		const child = { ...level, childChunkId: picked(String(made?.id)) };
		expect((await run('get', child)).json).toMatchObject([{ id: made?.id, content: 'Part.' }]);
		await run('update', { ...child, content: 'New part.' });
		const all = await run('getAll', { ...level, returnAll: true });
		expect(all.json).toEqual(
			expect.arrayContaining([expect.objectContaining({ id: made?.id, content: 'New part.' })]),
		);
		expect((await run('delete', child)).json).toEqual([{ deleted: true }]);
		expect((await run('get', child)).error?.message).toBe('The chunk has no such child chunk');
		conforming(simulator);
	});
});

describe('chunk.getAll', () => {
	it('lists all of them in their order, over several pages', async () => {
		const { at, document, first } = seedDocument();
		for (let i = 2; i <= 201; i++) document.segments.push({ ...first, id: `s${i}`, position: i });
		const { json } = await run('getAll', { ...at, returnAll: true });
		expect(json.map(({ position }) => position)).toEqual(
			Array.from({ length: 201 }, (_, i) => i + 1),
		);
		expect(conforming(simulator)).toHaveLength(3);
	});

	it('can be asked for a text and a state', async () => {
		const { at } = seedDocument();
		await run('create', { ...at, content: 'A fox.' });
		const options = { keyword: 'fox', status: 'completed' };
		const { json } = await run('getAll', { ...at, options });
		expect(json).toMatchObject([{ content: 'A fox.' }]);
		expect(simulator.requests.at(-1)?.query).toMatchObject(options);
	});
});

describe('chunk.update', () => {
	it('keeps the answer, the keywords and the attachments that are not set', async () => {
		const { chunk, first } = seedDocument('qa_model');
		Object.assign(first, { answer: 'Yes.', keywords: ['a'], attachments: [{ id: 'file-1' }] });
		const { json } = await run('update', { ...chunk, content: 'Really?' });
		expect(json).toMatchObject([{ content: 'Really?', answer: 'Yes.' }]);
		expect(writes()).toEqual([
			{
				segment: {
					content: 'Really?',
					answer: 'Yes.',
					keywords: ['a'],
					attachment_ids: ['file-1'],
				},
			},
		]);
	});

	it('fails if Dify saved the chunk but could not index it', async () => {
		const { chunk } = seedDocument();
		const { error } = await run('update', { ...chunk, content: '#chunk-error' });
		expect(error?.message).toBe('Dify saved the chunk but could not index it: Embedding failed.');
		expect(error?.context.data).toMatchObject({
			status: 'error',
			indexing_error: 'Embedding failed.',
		});
	});

	it('changes the content before it disables: Dify would pass over it', async () => {
		const { chunk } = seedDocument();
		const parameters = { ...chunk, content: 'New.', options: { enabled: false } };
		const { json } = await run('update', parameters);
		expect(json).toMatchObject([{ content: 'New.', enabled: false }]);
		expect(writes()).toEqual([
			{ segment: { content: 'New.', enabled: true } },
			{ segment: { enabled: false } },
		]);
	});

	it('says how to change a disabled one', async () => {
		const { chunk, first } = seedDocument();
		first.enabled = false;
		const { error } = await run('update', { ...chunk, content: 'New.' });
		expect(error?.message).toBe('The chunk is disabled');
		expect(error?.description).toMatch(/option Enabled/);
		const options = { enabled: true };
		const { json } = await run('update', { ...chunk, content: 'New.', options });
		expect(json).toMatchObject([{ content: 'New.', enabled: true }]);
	});

	it('asks for something to change', async () => {
		const { chunk } = seedDocument();
		const { error } = await run('update', { ...chunk, content: ' ' });
		expect(error?.message).toBe('There is nothing to update');
		expect(simulator.requests).toEqual([]);
	});
});

describe('what Dify would take, or refuse without saying why', () => {
	it('is a child chunk without a text', async () => {
		const { chunk } = seedDocument();
		const { error } = await run('create', { ...chunk, level: 'child', content: ' ' });
		expect(error?.message).toBe('Content is empty');
		expect(simulator.requests).toEqual([]);
	});

	it('is a chunk for a document that is disabled', async () => {
		const { at, document } = seedDocument();
		document.enabled = false;
		const { error } = await run('create', { ...at, content: 'New.' });
		expect(error?.message).toBe('The document is not ready for new chunks');
	});

	it('is a level that does not exist', async () => {
		const { at } = seedDocument();
		const { error } = await run('getAll', { ...at, level: 'middle' });
		expect(error?.message).toMatch(/middle/);
	});
});
