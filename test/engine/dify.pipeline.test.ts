import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => {
	simulator.reset();
	simulator.setVersion('1.14');
});
afterAll(async () => await simulator.close());

const PAGES = [{ title: 'Home', content: 'Welcome.' }];

function seedPipeline(...types: Array<'local_file' | 'website_crawl'>): INodeParameters {
	const datasources = types.map((type, index) => ({ type, nodeId: `node-${index}`, items: PAGES }));
	return { datasetId: picked(simulator.seed.knowledgeBase({ datasources }).id) };
}

async function run(operation: string, parameters: INodeParameters) {
	const data = await storeBinary(Buffer.from('Hello'), {
		fileName: 'a.txt',
		mimeType: 'text/plain',
	});
	const items = [{ json: {}, binary: { data } }];
	return await runDify(simulator, `pipeline.${operation}`, parameters, { items });
}

const ran = () => simulator.requests.at(-1)?.body;

describe('pipeline.run', () => {
	it('uploads the file and names it as older and as newer servers do', async () => {
		const { json } = await run('run', {
			...seedPipeline('local_file', 'website_crawl'),
			inputs: '{ "size": 500 }',
		});
		expect(json).toMatchObject([{ batch: expect.any(String), documents: [{ name: 'a.txt' }] }]);
		expect(json[0]?.documents).not.toHaveProperty('0.error');
		const id: unknown = expect.stringMatching(/^[\da-f-]{36}$/);
		expect(ran()).toEqual({
			inputs: { size: 500 },
			datasource_type: 'local_file',
			datasource_info_list: [{ reference: id, related_id: id, name: 'a.txt' }],
			start_node_id: 'node-0',
			is_published: true,
			response_mode: 'blocking',
		});
		conforming(simulator);
	});

	it('processes pages of a data source', async () => {
		const { json } = await run('run', {
			...seedPipeline('local_file', 'website_crawl'),
			source: 'datasource',
			nodeId: picked('node-1'),
			datasourceInfoList: JSON.stringify(PAGES),
		});
		expect(json).toMatchObject([{ documents: [{ name: 'Home' }] }]);
		expect(ran()).toMatchObject({
			datasource_type: 'website_crawl',
			datasource_info_list: PAGES,
			start_node_id: 'node-1',
		});
		conforming(simulator);
	});

	it.each([
		[['website_crawl'], 'The pipeline has no data source for files'],
		[['local_file', 'local_file'], 'The pipeline has several data sources for files'],
	] as const)('uploads nothing to a pipeline with %j', async (types, message) => {
		const { error } = await run('run', seedPipeline(...types));
		expect(error?.message).toBe(message);
		expect(simulator.knowledge.writesOf('pipeline.')).toBe(0);
	});

	it('takes the data source for files that is named', async () => {
		await run('run', {
			...seedPipeline('local_file', 'local_file'),
			options: { nodeId: picked('node-1') },
		});
		expect(ran()).toMatchObject({ start_node_id: 'node-1' });
	});

	it('says that there is no pipeline', async () => {
		const { error } = await run('run', {
			datasetId: picked(simulator.seed.knowledgeBase().id),
		});
		expect(error?.message).toBe('The knowledge base has no pipeline');
	});

	it('asks for documents', async () => {
		const { error } = await run('run', {
			...seedPipeline('website_crawl'),
			source: 'datasource',
			nodeId: picked('node-0'),
		});
		expect(error?.message).toBe('Documents is empty');
		expect(simulator.requests).toEqual([]);
	});

	it('says in the words of Dify what failed', async () => {
		const message = 'delimiter is required in input form';
		const body = { code: 'pipeline_run_error', message, status: 500 };
		simulator.faults.add({
			path: '/datasets/*/pipeline/run',
			action: 'respond',
			status: 500,
			body,
		});
		const { error } = await run('run', seedPipeline('local_file'));
		expect(error?.message).toBe(`Dify could not run the pipeline: ${message}`);
		expect(error?.description).toMatch(/waits for ever/);
	});

	it('uploads nothing for a data source that does not exist: Dify would fail unseen', async () => {
		const params = { ...seedPipeline('local_file'), options: { nodeId: picked('node-9') } };
		const { error } = await run('run', params);
		expect(error?.message).toBe('The pipeline has no such data source');
		expect(simulator.knowledge.writesOf('pipeline.')).toBe(0);
	});
});

describe('the data sources of a pipeline', () => {
	it('are listed', async () => {
		const { json } = await run('getDatasources', seedPipeline('local_file', 'website_crawl'));
		expect(json).toMatchObject([
			{ node_id: 'node-0', datasource_type: 'local_file' },
			{ node_id: 'node-1', datasource_type: 'website_crawl' },
		]);
		conforming(simulator);
	});

	it('are browsed to the end of the stream', async () => {
		const { json } = await run('browseDatasource', {
			...seedPipeline('website_crawl'),
			nodeId: picked('node-0'),
			inputs: '{ "url": "https://example.com" }',
			options: { credentialId: 'c-1' },
		});
		expect(json).toEqual(PAGES);
		expect(ran()).toEqual({
			inputs: { url: 'https://example.com' },
			datasource_type: 'website_crawl',
			credential_id: 'c-1',
			is_published: true,
		});
		conforming(simulator);
	});

	it('fail with what they say, although Dify answers with HTTP 200', async () => {
		const { error } = await run('browseDatasource', {
			...seedPipeline('local_file'),
			nodeId: picked('node-0'),
		});
		expect(error?.message).toMatch(/^The data source failed: Unsupported datasource provider/);
	});

	it('that are unknown are told before anything is sent to them', async () => {
		const { error } = await run('browseDatasource', {
			...seedPipeline('website_crawl'),
			nodeId: picked('node-9'),
		});
		expect(error?.message).toBe('The pipeline has no such data source');
	});
});

describe('model.getAll', () => {
	it('lists the models of one type with their provider', async () => {
		const { json } = await runDify(simulator, 'model.getAll', { modelType: 'rerank' });
		expect(json).toMatchObject([{ provider: 'langgenius/cohere/cohere', model: 'rerank-v3.5' }]);
		const all = await runDify(simulator, 'model.getAll', { limit: 1 });
		expect(all.json).toMatchObject([{ model: 'text-embedding-3-small' }]);
		conforming(simulator);
	});
});
