import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;
let datasetId: INodeParameters;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => {
	simulator.reset();
	simulator.setVersion('1.16');
	datasetId = picked(simulator.seed.knowledgeBase().id);
});
afterAll(async () => await simulator.close());

const run = async (operation: string, parameters: INodeParameters = {}) =>
	await runDify(simulator, `tag.${operation}`, parameters);

const named = (name: string) => picked(name, 'name');

describe('a tag', () => {
	it('is created, listed, renamed and deleted, with a body', async () => {
		const [made] = (await run('create', { name: ' public ' })).json;
		expect(made).toMatchObject({ name: 'public', type: 'knowledge' });
		const tagId = picked(String(made?.id));
		expect((await run('update', { tagId, name: 'open' })).json).toMatchObject([{ name: 'open' }]);
		expect((await run('getAll')).json).toMatchObject([{ id: made?.id, name: 'open' }]);
		expect((await run('delete', { tagId })).json).toEqual([{ deleted: true }]);
		expect(simulator.requests.at(-1)?.body).toEqual({ tag_id: made?.id });
		expect((await run('getAll')).json).toEqual([]);
		conforming(simulator);
	});

	it('is given to a knowledge base and taken from it, by ID or name', async () => {
		const [made] = (await run('create', { name: 'public' })).json;
		const own = { id: made?.id, name: 'public' };
		const added = await run('addToKnowledgeBase', { datasetId, tagId: named('public') });
		expect(added.json).toEqual([{ dataset_id: datasetId.value, tags: [own] }]);
		expect((await run('getAll', { options: { datasetId } })).json).toEqual([own]);
		const tagId = picked(String(made?.id));
		const removed = await run('removeFromKnowledgeBase', { datasetId, tagId });
		expect(removed.json).toEqual([{ dataset_id: datasetId.value, tags: [] }]);
		conforming(simulator);
	});

	it('that does not exist is told, by ID and by name', async () => {
		const unknown = picked('2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e');
		const byId = await run('addToKnowledgeBase', { datasetId, tagId: unknown });
		expect(byId.error?.message).toBe('Dify does not know this tag');
		const byName = await run('addToKnowledgeBase', { datasetId, tagId: named('public') });
		expect(byName.error?.message).toBe('There is no tag "public"');
	});

	it('can be created on the way', async () => {
		const parameters = { datasetId, tagId: named('public'), options: { createMissing: true } };
		for (let i = 0; i < 2; i++) {
			const { json } = await run('addToKnowledgeBase', parameters);
			expect(json).toMatchObject([{ tags: [{ name: 'public' }] }]);
		}
		expect(simulator.knowledge.writes['tag.create']).toBe(1);
	});
});

describe('on Dify 1.14, which cannot tell of its tags', () => {
	beforeEach(() => simulator.setVersion('1.14'));

	it('a new tag has no ID, and that is said', async () => {
		const { json, hints } = await run('create', { name: 'public' });
		expect(json).toEqual([{ id: null, name: 'public', type: 'knowledge' }]);
		expect(hints[0]?.message).toMatch(/created the tag "public".*cannot tell its ID/);
		expect(simulator.knowledge.tags).toHaveLength(1);
	});

	it('those of knowledge bases are known: listed, renamed, taken away', async () => {
		await run('create', { name: 'public' });
		await run('create', { name: 'unused' });
		const [tag] = simulator.knowledge.tags;
		tag?.bindings.add(String(datasetId.value));
		const { json, hints } = await run('getAll');
		expect(json).toMatchObject([{ id: tag?.id, name: 'public' }]);
		expect(hints[0]?.message).toMatch(/others are missing/);
		const renamed = await run('update', { tagId: named('public'), name: 'open' });
		expect(renamed.json).toEqual([{ id: tag?.id, name: 'open', type: 'knowledge' }]);
		expect(tag?.name).toBe('open');
		const removed = await run('removeFromKnowledgeBase', { datasetId, tagId: named('open') });
		expect(removed.json).toMatchObject([{ tags: [] }]);
		conforming(simulator);
	});

	it('one that is created on the way cannot be added, and the error says why', async () => {
		const parameters = { datasetId, tagId: named('public'), options: { createMissing: true } };
		const { error } = await run('addToKnowledgeBase', parameters);
		expect(error?.message).toBe('There is no tag "public"');
		expect(error?.description).toMatch(/only tags that a knowledge base has/);
	});
});
