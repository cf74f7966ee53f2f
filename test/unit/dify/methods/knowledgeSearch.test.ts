import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import * as listSearch from '../../../../nodes/Dify/methods/listSearch';
import { editorContext } from '../../../support/dify/editor';
import type { PlainServer } from '../../../support/dify/plainServer';
import { json, startPlainServer } from '../../../support/dify/plainServer';
import { picked } from '../../../support/dify/run';

let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

async function look(
	method: keyof typeof listSearch,
	parameters: INodeParameters,
	filter?: string,
	token?: unknown,
): Promise<INodeListSearchResult> {
	const credential = { baseUrl: server.baseUrl, apiKey: 'dataset-key' };
	const context = editorContext(credential, { resource: 'knowledgeBase', ...parameters });
	return await listSearch[method].call(context, filter, token as string | undefined);
}

const answer = (body: unknown) => server.answer((_, response) => json(response, body));
const asked = () => server.requests.map(({ url }) => url.replace('/v1', ''));
const picks = { datasetId: picked('base'), documentId: picked('doc'), chunkId: picked('chunk') };
const PAGE = { limit: 100, page: 1 };

describe('the pickers of the paged lists', () => {
	it.each([
		['searchDatasets', '/datasets?include_all=true&keyword=fox&limit=100', { name: 'Fox' }],
		['searchDocuments', '/datasets/base/documents?keyword=fox&limit=100', { name: 'fox.txt' }],
		[
			'searchChunks',
			'/datasets/base/documents/doc/segments?keyword=fox&limit=100',
			{ content: 'The fox' },
		],
		[
			'searchChildChunks',
			'/datasets/base/documents/doc/segments/chunk/child_chunks?keyword=fox&limit=100',
			{ content: 'The fox' },
		],
	] as const)('%s lets Dify search', async (method, url, record) => {
		answer({ data: [{ id: 'x', ...record }], total: 1, ...PAGE });
		const { results } = await look(method, picks, 'fox');
		expect(results).toEqual([{ name: Object.values(record)[0], value: 'x' }]);
		expect(asked()).toEqual([url]);
		expect(server.requests[0]?.headers.authorization).toBe('Bearer dataset-key');
	});

	it('go on where the page before ended', async () => {
		answer({ data: [{ id: 'a', name: 'a' }], total: 101, ...PAGE });
		const { paginationToken } = await look('searchDocuments', picks);
		answer({ data: [{ id: 'b', name: 'b' }], total: 101, limit: 100, page: 2 });
		const rest = await look('searchDocuments', picks, undefined, paginationToken);
		expect(rest).toEqual({ results: [{ name: 'b', value: 'b' }], paginationToken: undefined });
		expect(asked()).toEqual(['/datasets/base/documents?limit=100&page=2']);
	});

	it('show how a long chunk begins', async () => {
		answer({ data: [{ id: 'x', content: 'y'.repeat(500) }], total: 1, ...PAGE });
		const { results } = await look('searchChunks', picks);
		expect(results[0]?.name).toBe('y'.repeat(60));
	});

	it('ask for what they depend on', async () => {
		answer({});
		const looking = look('searchChunks', { ...picks, documentId: picked('') });
		await expect(looking).rejects.toThrow('Fill in Document first');
		expect(asked()).toEqual([]);
	});
});

describe('the pickers of the lists without pages', () => {
	it.each([
		['searchTags', '/datasets/tags', [{ id: 't', name: 'Fox' }], { name: 'Fox', value: 't' }],
		[
			'searchMetadataFields',
			'/datasets/base/metadata',
			{ doc_metadata: [{ id: 'm', name: 'fox', type: 'string' }] },
			{ name: 'fox (string)', value: 'm' },
		],
		[
			'searchDatasources',
			'/datasets/base/pipeline/datasource-plugins?is_published=true',
			[{ node_id: '17', title: 'Fox', datasource_type: 'local_file' }],
			{ name: 'Fox (local_file)', value: '17' },
		],
		[
			'searchEmbeddingModels',
			'/workspaces/current/models/model-types/text-embedding',
			{ data: [{ provider: 'a/b/c', models: [{ model: 'fox' }] }] },
			{ name: 'fox (a/b/c)', value: 'a/b/c|fox' },
		],
		[
			'searchRerankModels',
			'/workspaces/current/models/model-types/rerank',
			{ data: [{ provider: 'a/b/c', models: [{ model: 'fox' }] }] },
			{ name: 'fox (a/b/c)', value: 'a/b/c|fox' },
		],
	] as const)('%s shows what there is, and searches it', async (method, url, body, item) => {
		answer(body);
		expect((await look(method, picks)).results).toEqual([item]);
		expect((await look(method, picks, 'FO')).results).toEqual([item]);
		expect((await look(method, picks, 'hen')).results).toEqual([]);
		expect(new Set(asked())).toEqual(new Set([url]));
	});
});
