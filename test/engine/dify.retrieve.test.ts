import type { INodeParameters } from 'n8n-workflow';

import type { PlainServer } from '../support/dify/plainServer';
import { json, startPlainServer } from '../support/dify/plainServer';
import { picked } from '../support/dify/run';

let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

/** What Dify says of a base for which nothing was ever set. */
const UNSET = {
	search_method: 'semantic_search',
	reranking_enable: false,
	reranking_mode: null,
	reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
	weights: null,
	top_k: 2,
	score_threshold_enabled: false,
	score_threshold: null,
};

const RECORD = {
	segment: {
		id: 's1',
		content: 'Apples are red.',
		answer: null,
		error: null,
		document: { id: 'd1', name: 'fruit.txt', doc_metadata: { season: 'autumn' } },
	},
	child_chunks: [],
	score: 0.9,
	tsne_position: null,
	files: [],
	summary: null,
};

/** Versions give the query as an object or as a text; nothing depends on it. */
function serve(base: object = {}, records: object[] = [RECORD]) {
	server.answer(({ method }, response) => {
		if (method === 'GET') json(response, { id: 'base', retrieval_model_dict: UNSET, ...base });
		else json(response, { query: { content: 'x' }, records });
	});
}

async function retrieve(parameters: INodeParameters = {}, more = {}) {
	const given = { datasetId: picked('base'), query: 'Which are red?', ...parameters };
	return await server.run('knowledgeBase.retrieve', given, more);
}

const sent = () => {
	const { url, body } = server.requests.at(-1) ?? { url: '', body: '' };
	expect(url).toBe('/v1/datasets/base/retrieve');
	return JSON.parse(body) as { query: string; retrieval_model?: Record<string, unknown> };
};

describe('what comes out', () => {
	it('is one item per record, the text at its top', async () => {
		serve({}, [RECORD, { ...RECORD, score: 0.5 }]);
		const { json: items } = await retrieve();
		expect(items).toMatchObject([
			{ id: 's1', content: 'Apples are red.', document_name: 'fruit.txt', score: 0.9 },
			{ score: 0.5 },
		]);
		expect(items[0]).not.toHaveProperty('error');
	});

	it('is nothing when nothing fits', async () => {
		serve({}, []);
		expect((await retrieve()).json).toEqual([]);
	});

	it('can be one item', async () => {
		serve({}, [RECORD, RECORD]);
		const { json: items } = await retrieve({ options: { singleItem: true } });
		expect(items).toMatchObject([{ query: 'Which are red?', records: [{ score: 0.9 }, {}] }]);
		expect(items).toHaveLength(1);
	});
});

describe('how Dify is asked to search', () => {
	it('is left to the knowledge base', async () => {
		serve({ indexing_technique: 'high_quality' });
		await retrieve();
		expect(sent()).toEqual({ query: 'Which are red?' });
	});

	it('is what is saved but for what is set, as a whole: Dify would forget the rest', async () => {
		serve({ retrieval_model_dict: { ...UNSET, search_method: 'hybrid_search', top_k: 9 } });
		await retrieve({ options: { scoreThreshold: 0.3 } });
		expect(sent().retrieval_model).toEqual({
			search_method: 'hybrid_search',
			top_k: 9,
			reranking_enable: false,
			reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
			score_threshold_enabled: true,
			score_threshold: 0.3,
		});
	});

	it('has its mandatory fields for a base that Dify describes without them', async () => {
		serve({ retrieval_model_dict: null });
		await retrieve({ options: { topK: 1 } });
		expect(sent().retrieval_model).toEqual({
			search_method: 'semantic_search',
			top_k: 1,
			reranking_enable: false,
			score_threshold_enabled: false,
		});
	});

	it('names a rerank model in two fields', async () => {
		serve();
		await retrieve({ options: { rerankModel: picked('langgenius/cohere/cohere|rerank-v3.5') } });
		expect(sent().retrieval_model).toMatchObject({
			reranking_enable: true,
			reranking_mode: 'reranking_model',
			reranking_model: {
				reranking_provider_name: 'langgenius/cohere/cohere',
				reranking_model_name: 'rerank-v3.5',
			},
		});
	});

	it('is by keywords in an economy base, whatever is saved or set', async () => {
		serve({ indexing_technique: 'economy' });
		await retrieve({ options: { searchMethod: 'semantic_search' } });
		expect(sent().retrieval_model).toMatchObject({ search_method: 'keyword_search', top_k: 2 });
	});

	it('reads the base once for all items', async () => {
		serve();
		await retrieve({}, { items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'POST']);
	});
});

describe('the metadata filter', () => {
	const filtered = async (rows: INodeParameters[], options: INodeParameters = {}) =>
		await retrieve({ options: { metadataFilter: { condition: rows }, ...options } });

	it('gives each operator the kind of value that it compares', async () => {
		serve();
		await filtered([
			{ name: ' season ', operator: 'is', value: 'autumn' },
			{ name: 'season', operator: 'not in', value: 'spring, summer,' },
			{ name: 'price', operator: '≥', value: '2.5' },
			{ name: 'picked', operator: 'after', value: '2025-01-31' },
			{ name: 'season', operator: 'not empty', value: '' },
		]);
		expect(sent().retrieval_model?.metadata_filtering_conditions).toEqual({
			logical_operator: 'and',
			conditions: [
				{ name: 'season', comparison_operator: 'is', value: 'autumn' },
				{ name: 'season', comparison_operator: 'not in', value: ['spring', 'summer'] },
				{ name: 'price', comparison_operator: '≥', value: 2.5 },
				{ name: 'picked', comparison_operator: 'after', value: 1738281600 },
				{ name: 'season', comparison_operator: 'not empty', value: null },
			],
		});
	});

	it('can be satisfied by any condition', async () => {
		serve();
		await filtered([{ name: 'a', operator: 'empty' }], { metadataMatch: 'or' });
		expect(sent().retrieval_model?.metadata_filtering_conditions).toMatchObject({
			logical_operator: 'or',
		});
	});

	it.each([
		[{ name: ' ', operator: 'is', value: 'x' }, /no field name/],
		[{ name: 'price', operator: '<', value: 'cheap' }, /"price".* is not a number: "cheap"/],
	])('says what is wrong with %j', async (row, message) => {
		serve();
		expect((await filtered([row])).error?.message).toMatch(message);
		expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
	});
});

describe('a query', () => {
	it('of more than 250 characters is cut, between characters, and that is said', async () => {
		serve();
		const { hints, json: items } = await retrieve({ query: '🍎'.repeat(251) });
		expect(sent().query).toBe('🍎'.repeat(250));
		expect(hints[0]?.message).toMatch(/reads 250 characters, and it had 251/);
		expect(items).toHaveLength(1);
	});

	it('that is empty is not sent', async () => {
		serve();
		expect((await retrieve({ query: ' ' })).error?.message).toBe('Query is empty');
		expect(server.requests).toEqual([]);
	});
});
