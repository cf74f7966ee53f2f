import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { callOf, deviations, KNOWLEDGE_CALLS } from '../support/dify/conformity';
import { picked, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

let simulator: DifySimulator;
/** What the operations are about; every operation finds it as it was made. */
let given: Record<string, INodeParameters>;

const DATASOURCES = [
	{ nodeId: '1750000000000', type: 'local_file' as const },
	{ nodeId: '1750000000001', type: 'website_crawl' as const, items: [{ title: 'Home' }] },
];

beforeAll(async () => {
	simulator = await startDifySimulator();
});
afterAll(async () => await simulator.close());

async function ask(operation: `${string}.${string}`, parameters: INodeParameters) {
	const data = await storeBinary(Buffer.from('x'), { fileName: 'a.txt', mimeType: 'text/plain' });
	const items = [{ json: {}, binary: { data } }];
	return await runDify(simulator, operation, parameters, { items });
}

beforeEach(async () => {
	simulator.reset();
	simulator.setVersion('1.16');
	const base = simulator.seed.knowledgeBase({ datasources: DATASOURCES });
	const document = simulator.seed.document({ datasetId: base.id, text: 'First.' });
	const at = { datasetId: picked(base.id), documentId: picked(document.id) };
	const chunkId = picked(document.segments[0]?.id ?? '');
	const child = await ask('chunk.create', { ...at, level: 'child', chunkId, content: 'Part.' });
	const { datasetId } = at;
	const field = await ask('metadataField.create', { datasetId, name: 'a', type: 'string' });
	const tag = await ask('tag.create', { name: 'public' });
	given = {
		...at,
		chunkId,
		childChunkId: picked(String(child.json[0]?.id)),
		metadataId: picked(String(field.json[0]?.id)),
		tagId: picked(String(tag.json[0]?.id)),
	};
	simulator.requests.length = 0;
});

const SEARCH = {
	rerankModel: picked('langgenius/cohere/cohere|rerank-v3.5'),
	scoreThreshold: 0.5,
	searchMethod: 'hybrid_search',
	topK: 3,
};
const BASE = {
	description: 'For all',
	embeddingModel: picked('langgenius/openai/openai|text-embedding-3-small'),
	...SEARCH,
};
const one = 'GET /datasets/{dataset_id}';
const chunks = '/datasets/{dataset_id}/documents/{document_id}/segments';
const chunk = `${chunks}/{segment_id}`;
const children = `${chunk}/child_chunks`;
const fields = '/datasets/{dataset_id}/metadata';
const ofBase = 'GET /datasets/{dataset_id}/tags';
const sources = 'GET /datasets/{dataset_id}/pipeline/datasource-plugins';

/** Every operation with every parameter that it has, and the calls that it makes. */
const OPERATIONS: Array<[`${string}.${string}`, string[], INodeParameters]> = [
	['knowledgeBase.create', ['POST /datasets'], { name: 'Handbook', options: BASE }],
	['knowledgeBase.get', [one], {}],
	['knowledgeBase.getAll', ['GET /datasets'], { options: { keyword: 'a' } }],
	[
		'knowledgeBase.update',
		[one, 'PATCH /datasets/{dataset_id}'],
		{ options: { name: 'New', permission: 'only_me', indexingTechnique: 'high_quality', ...BASE } },
	],
	['knowledgeBase.delete', ['DELETE /datasets/{dataset_id}'], {}],
	[
		'knowledgeBase.retrieve',
		[one, 'POST /datasets/{dataset_id}/retrieve'],
		{
			query: 'x'.repeat(300),
			options: {
				...SEARCH,
				metadataFilter: {
					condition: [
						{ name: 'a', operator: 'in', value: 'x, y' },
						{ name: 'b', operator: '≥', value: '1' },
						{ name: 'c', operator: 'empty' },
					],
				},
				metadataMatch: 'or',
			},
		},
	],
	[
		'chunk.create',
		[`POST ${chunks}`],
		{ content: 'x', options: { answer: 'y', keywords: 'a, b' } },
	],
	['chunk.create', [`POST ${children}`], { level: 'child', content: 'x' }],
	['chunk.get', [`GET ${chunk}`], {}],
	['chunk.get', [`GET ${children}`], { level: 'child' }],
	['chunk.getAll', [`GET ${chunks}`], { options: { keyword: 'x', status: 'completed' } }],
	['chunk.getAll', [`GET ${children}`], { level: 'child', options: { keyword: 'x' } }],
	[
		'chunk.update',
		[`GET ${chunk}`, `POST ${chunk}`, `POST ${chunk}`],
		{
			content: 'x',
			options: { answer: 'y', keywords: 'a', regenerateChildChunks: true, enabled: false },
		},
	],
	['chunk.update', [`PATCH ${children}/{child_chunk_id}`], { level: 'child', content: 'x' }],
	['chunk.delete', [`DELETE ${chunk}`], {}],
	['chunk.delete', [`DELETE ${children}/{child_chunk_id}`], { level: 'child' }],
	[
		'metadataField.create',
		[`GET ${fields}`, `POST ${fields}`],
		{ name: 'b', type: 'time', options: { returnExisting: true } },
	],
	[
		'metadataField.getAll',
		[`GET ${fields}`, `GET ${fields}/built-in`],
		{ options: { includeBuiltIn: true } },
	],
	['metadataField.update', [`PATCH ${fields}/{metadata_id}`], { name: 'b' }],
	['metadataField.delete', [`DELETE ${fields}/{metadata_id}`, `GET ${fields}`], {}],
	['metadataField.setBuiltIn', [`POST ${fields}/built-in/{action}`], { action: 'enable' }],
	['tag.create', ['POST /datasets/tags'], { name: 'new' }],
	['tag.getAll', ['GET /datasets/tags'], {}],
	['tag.update', ['PATCH /datasets/tags'], { name: 'new' }],
	['tag.delete', ['DELETE /datasets/tags'], {}],
	['tag.addToKnowledgeBase', ['POST /datasets/tags/binding', ofBase], {}],
	['tag.removeFromKnowledgeBase', ['POST /datasets/tags/unbinding', ofBase], {}],
	['model.getAll', ['GET /workspaces/current/models/model-types/{model_type}'], {}],
	['pipeline.getDatasources', [sources], {}],
	[
		'pipeline.browseDatasource',
		[sources, 'POST /datasets/{dataset_id}/pipeline/datasource/nodes/{node_id}/run'],
		{ nodeId: picked('1750000000001'), options: { credentialId: 'c' } },
	],
	[
		'pipeline.run',
		[sources, 'POST /datasets/pipeline/file-upload', 'POST /datasets/{dataset_id}/pipeline/run'],
		{ inputs: '{ "a": 1 }' },
	],
];

it.each(OPERATIONS)('%s makes the calls %j as the specification says', async (...row) => {
	const [operation, calls, parameters] = row;
	const { error } = await ask(operation, { ...given, ...parameters });
	expect(error?.message).toBeUndefined();
	expect(simulator.requests.map(callOf)).toEqual(calls);
	expect(simulator.requests.flatMap(deviations)).toEqual([]);
});

it('an operation makes each call of the specification that is not about documents', () => {
	const isDocument = /\/document\/|\/documents(?!\/\{document_id\}\/segments)/;
	const wanted = KNOWLEDGE_CALLS.filter((call) => !isDocument.test(call));
	const made = new Set(OPERATIONS.flatMap(([, calls]) => calls));
	expect(wanted.filter((call) => !made.has(call))).toEqual([]);
	expect(wanted).toHaveLength(33);
});
