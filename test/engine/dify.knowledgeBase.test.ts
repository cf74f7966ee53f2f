import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import type { PlainServer } from '../support/dify/plainServer';
import { json, startPlainServer } from '../support/dify/plainServer';
import { picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;
let server: PlainServer;

beforeAll(async () => {
	simulator = await startDifySimulator();
	server = await startPlainServer();
});
beforeEach(() => simulator.reset());
afterAll(async () => {
	await simulator.close();
	await server.close();
});

const MODEL = picked('langgenius/openai/openai|text-embedding-3-large');
const UNKNOWN = picked('2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e');

/** Answers as /datasets does: `has_more` says only that the page is full. */
function serveBases(count: number) {
	const all = Array.from({ length: count }, (_, index) => ({ id: `base-${index}`, name: 'x' }));
	server.answer(({ url }, response) => {
		const { searchParams: query } = new URL(url, 'http://x');
		const [page, limit] = [Number(query.get('page') ?? 1), Number(query.get('limit'))];
		const data = all.slice((page - 1) * limit, page * limit);
		json(response, { data, has_more: data.length === limit, limit, total: count, page });
	});
}

describe('knowledgeBase.getAll', () => {
	it('is asked with the knowledge key, and lists the bases of everybody', async () => {
		serveBases(3);
		const { json: bases } = await server.run('knowledgeBase.getAll', { returnAll: true });
		expect(bases.map(({ id }) => id)).toEqual(['base-0', 'base-1', 'base-2']);
		expect(server.requests[0]?.headers.authorization).toBe('Bearer dataset-demo-key');
		expect(server.requests[0]?.url).toMatch(/^\/v1\/datasets\?.*include_all=true/);
	});

	it('asks for no page behind a full last one', async () => {
		serveBases(200);
		const { json: bases } = await server.run('knowledgeBase.getAll', { returnAll: true });
		expect(bases).toHaveLength(200);
		expect(server.requests).toHaveLength(2);
	});
});

describe('the wrong kind of key', () => {
	it('of an app is told where a knowledge key is needed', async () => {
		const apiKey = simulator.apiKey;
		const { error } = await runDify(simulator, 'knowledgeBase.getAll', {}, { apiKey });
		expect(error?.message).toBe('Dify does not accept the knowledge API key');
		expect(error?.description).toMatch(/dataset-…/);
		expect(JSON.stringify(error)).not.toContain(apiKey);
	});

	it('of knowledge is told where the key of an app is needed', async () => {
		const apiKey = simulator.knowledgeApiKey;
		const { error } = await runDify(simulator, 'app.getInfo', {}, { apiKey });
		expect(error?.message).toBe('Dify does not accept the API key');
		expect(error?.description).toMatch(/a knowledge key \(dataset-…\) opens no app/);
	});
});

describe('knowledgeBase.create', () => {
	it('makes one that everybody in the workspace sees', async () => {
		const { json: made } = await runDify(simulator, 'knowledgeBase.create', {
			name: ' Handbook ',
			options: { description: 'For all', embeddingModel: MODEL, topK: 3 },
		});
		expect(made).toMatchObject([
			{
				name: 'Handbook',
				description: 'For all',
				permission: 'all_team_members',
				indexing_technique: 'high_quality',
				embedding_model: 'text-embedding-3-large',
				embedding_model_provider: 'langgenius/openai/openai',
				retrieval_model_dict: { search_method: 'semantic_search', top_k: 3 },
			},
		]);
	});

	it('says that the name is taken', async () => {
		await runDify(simulator, 'knowledgeBase.create', { name: 'Handbook' });
		const { error } = await runDify(simulator, 'knowledgeBase.create', { name: 'Handbook' });
		expect(error?.message).toBe('There is a knowledge base of this name already');
	});

	it('says what does not name a model', async () => {
		const options = { embeddingModel: picked('text-embedding-3-large', 'id') };
		const { error } = await runDify(simulator, 'knowledgeBase.create', { name: 'x', options });
		expect(error?.message).toBe('"text-embedding-3-large" does not name a model');
		expect(simulator.requests).toEqual([]);
	});

	it('asks for both IDs of a base outside of Dify', async () => {
		const external = { externalKnowledgeApiId: 'api', externalKnowledgeId: 'base' };
		server.answer((_, response) => json(response, { id: 'x' }));
		await server.run('knowledgeBase.create', { name: 'x', options: external });
		expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
			name: 'x',
			permission: 'all_team_members',
			provider: 'external',
			external_knowledge_api_id: 'api',
			external_knowledge_id: 'base',
		});
		const options = { externalKnowledgeApiId: 'api' };
		const { error } = await server.run('knowledgeBase.create', { name: 'x', options });
		expect(error?.message).toBe('External Knowledge ID is empty');
	});
});

describe('knowledgeBase.update', () => {
	const update = async (id: string, options: object) =>
		await runDify(simulator, 'knowledgeBase.update', {
			datasetId: picked(id),
			options: options as never,
		});
	const sent = () => simulator.requests.filter(({ method }) => method === 'PATCH').at(-1)?.body;

	it('sends only what is set, and can empty the description', async () => {
		const { id } = simulator.seed.knowledgeBase({ with: { description: 'Old' } });
		const { json: updated } = await update(id, { name: 'New', description: '' });
		expect(updated).toMatchObject([{ name: 'New', description: '' }]);
		expect(sent()).toEqual({ name: 'New', description: '' });
	});

	it('sends the technique with a model: without it the old vectors would stay', async () => {
		const { id } = simulator.seed.knowledgeBase();
		await update(id, { embeddingModel: MODEL });
		expect(sent()).toEqual({
			indexing_technique: 'high_quality',
			embedding_model: 'text-embedding-3-large',
			embedding_model_provider: 'langgenius/openai/openai',
		});
	});

	it('merges what is set into the saved way of searching', async () => {
		const { id } = simulator.seed.knowledgeBase();
		await update(id, { searchMethod: 'hybrid_search', topK: 7 });
		await update(id, { scoreThreshold: 0.4 });
		expect(sent()).toMatchObject({
			retrieval_model: {
				search_method: 'hybrid_search',
				top_k: 7,
				reranking_enable: false,
				score_threshold_enabled: true,
				score_threshold: 0.4,
			},
		});
	});

	it.each([
		[{}, 'There is nothing to update'],
		[{ embeddingModel: MODEL }, 'An economy knowledge base has no embedding model'],
		[{ indexingTechnique: 'high_quality' }, 'High Quality needs an embedding model'],
	])('changes nothing of an economy base with %j', async (options, message) => {
		const { id } = simulator.seed.knowledgeBase({ indexingTechnique: 'economy' });
		expect((await update(id, options)).error?.message).toBe(message);
		expect(sent()).toBeUndefined();
	});

	it('says that the name is taken, which Dify says in other words than on Create', async () => {
		simulator.seed.knowledgeBase({ name: 'Handbook' });
		const { id } = simulator.seed.knowledgeBase();
		const { error } = await update(id, { name: 'Handbook' });
		expect(error?.message).toBe('There is a knowledge base of this name already');
	});
});

describe.each(['1.12', '1.14', '1.16'] as const)('on Dify %s', (version) => {
	it('a base is read and deleted', async () => {
		simulator.setVersion(version);
		const { id } = simulator.seed.knowledgeBase({ name: 'Handbook' });
		const datasetId = picked(id);
		const read = await runDify(simulator, 'knowledgeBase.get', { datasetId });
		expect(read.json).toMatchObject([{ id, name: 'Handbook' }]);
		const deleted = await runDify(simulator, 'knowledgeBase.delete', { datasetId });
		expect(deleted.json).toEqual([{ deleted: true }]);
		const { error } = await runDify(simulator, 'knowledgeBase.delete', { datasetId });
		expect(error?.message).toBe('Dify did not find the record: Dataset not found.');
	});
});

describe('what is not there', () => {
	it('is told by what the ID looks like', async () => {
		const unknown = await runDify(simulator, 'knowledgeBase.get', { datasetId: UNKNOWN });
		expect(unknown.error?.message).toBe('Dify did not find the record: Dataset not found.');
		const other = await runDify(simulator, 'knowledgeBase.get', { datasetId: picked('x', 'id') });
		expect(other.error?.message).toBe('The server does not have this endpoint');
		expect(other.error?.description).toMatch(/^Check the IDs in this node/);
	});
});

it('a wait for the request limit of the plan ends when the execution is cancelled', async () => {
	simulator.settings.knowledgeRateLimit = 1;
	const { id } = simulator.seed.knowledgeBase();
	const params = { datasetId: picked(id), options: { name: 'New' } };
	await runDify(simulator, 'knowledgeBase.update', params);
	const started = Date.now();
	await runDify(simulator, 'knowledgeBase.update', params, { cancel: 500 });
	expect(Date.now() - started).toBeLessThan(10_000);
	expect(simulator.knowledge.writesOf('base.')).toBe(1);
});
