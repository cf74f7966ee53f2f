import type { DifySimulator, KnowledgeBase } from '../simulators/dify';
import { startDifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';
import { readBinary } from '../support/engine';

let dify: DifySimulator;
let base: KnowledgeBase;

beforeAll(async () => {
	dify = await startDifySimulator({ version: '1.14' });
});
afterAll(async () => await dify.close());
beforeEach(() => {
	dify.reset();
	dify.setVersion('1.14');
	base = dify.seed.knowledgeBase({ name: 'Handbook' });
});

const add = (name: string, text?: string, more = {}) =>
	dify.seed.document({ datasetId: base.id, name, text, with: more });

async function run(operation: string, parameters = {}, options = {}) {
	const given = { datasetId: picked(base.id), ...parameters };
	return await runDify(dify, `document.${operation}`, given, options);
}

describe('document.getAll', () => {
	it.each(['1.12', '1.14', '1.16'] as const)(
		'lists 1,001 documents once each on Dify %s',
		async (version) => {
			dify.setVersion(version);
			base = dify.seed.knowledgeBase({ name: 'Large', documents: 1_001 });
			const { json } = await run('getAll', { returnAll: true });
			expect(new Set(json.map(({ id }) => id)).size).toBe(1_001);
			expect(json).toHaveLength(1_001);
			expect(conforming(dify)).toHaveLength(11);
		},
	);

	it('gives the newest ones up to the limit', async () => {
		for (const name of ['a', 'b', 'c']) add(`${name}.txt`);
		const { json } = await run('getAll', { limit: 2 });
		expect(json.map(({ name }) => name)).toEqual(['c.txt', 'b.txt']);
	});

	it('finds a document by exactly its name, wildcards of the server or not', async () => {
		for (const name of ['a_b.txt', 'axb.txt', 'my a_b.txt']) add(name);
		const { json } = await run('getAll', { returnAll: true, options: { nameEquals: 'a_b.txt' } });
		expect(json.map(({ name }) => name)).toEqual(['a_b.txt']);
	});

	it('filters by status and by a part of the name', async () => {
		add('good.txt');
		add('bad.txt', '#index-error No text');
		add('other.txt', '#index-error No text');
		const options = { status: 'error', keyword: 'bad' };
		const { json } = await run('getAll', { options });
		expect(json).toMatchObject([{ name: 'bad.txt', indexing_error: 'No text' }]);
		expect(json[0]).not.toHaveProperty('error');
	});
});

describe('document.get', () => {
	it('gets a document, its error under a name that n8n takes for no failure', async () => {
		const { id } = add('bad.txt', '#index-error No text');
		const { json } = await run('get', { documentId: picked(id) });
		expect(json).toMatchObject([{ id, indexing_status: 'error', indexing_error: 'No text' }]);
		expect(json[0]).not.toHaveProperty('error');
	});

	it('says that there is no such document', async () => {
		const documentId = picked('2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e');
		const { error } = await run('get', { documentId });
		expect(error?.message).toMatch(/did not find/);
	});
});

describe('document.delete', () => {
	it.each(['1.12', '1.14'] as const)('deletes a document on Dify %s', async (version) => {
		dify.setVersion(version);
		const { id } = add('a.txt');
		const { json } = await run('delete', { documentId: picked(id, 'id') });
		expect(json).toEqual([{ deleted: true }]);
		expect(base.documents.size).toBe(0);
		conforming(dify);
	});
});

describe('document.setStatus', () => {
	it('disables several documents at once', async () => {
		const ids = [add('a.txt').id, add('b.txt').id];
		const { json } = await run('setStatus', { documentIds: ids.join(', '), action: 'disable' });
		expect(json).toEqual([{ result: 'success' }]);
		expect([...base.documents.values()].map(({ enabled }) => enabled)).toEqual([false, false]);
		conforming(dify);
	});

	it('asks for IDs: Dify would call an empty list a success', async () => {
		const { error } = await run('setStatus', { documentIds: ' , ', action: 'disable' });
		expect(error?.message).toBe('Document IDs is empty');
		expect(dify.requests).toHaveLength(0);
	});
});

describe('document.download', () => {
	it('downloads the file of a document', async () => {
		const { id } = add('Ünï.txt', 'Hello');
		const { json, items, error } = await run('download', { documentId: picked(id) });
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ id, name: 'Ünï.txt', size: expect.anything() }]);
		expect((await readBinary(items[0]?.binary?.data)).toString()).toBe('Hello');
		// The link is signed: no key goes there.
		expect(dify.requests.at(-1)?.headers).not.toHaveProperty('authorization');
	});

	it('downloads several as ZIP', async () => {
		const ids = [add('a.txt', 'One').id, add('b.txt', 'Two').id];
		const { json, items, error } = await run('download', {
			downloadAs: 'zip',
			documentIds: ids.join(','),
		});
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ name: 'documents.zip', mime_type: 'application/zip' }]);
		const zip = await readBinary(items[0]?.binary?.data);
		expect(zip.subarray(0, 2).toString()).toBe('PK');
		expect(zip.includes('b.txt')).toBe(true);
		conforming(dify);
	});

	it('does not fetch from another origin unless it is allowed', async () => {
		dify.settings.filesUrl = 'http://files.example';
		const { id } = add('a.txt', 'Hello');
		const { error } = await run('download', { documentId: picked(id) });
		expect(error?.message).toMatch(/^The file was not downloaded: it lies at http:\/\/files/);
	});

	it('says that an old Dify cannot do it', async () => {
		dify.setVersion('1.12');
		const { id } = add('a.txt', 'Hello');
		const { error } = await run('download', { documentId: picked(id) });
		expect(error?.description).toMatch(/too old for this operation/);
	});
});

describe('document.setMetadata', () => {
	const metadata = { values: [{ name: 'year', value: '2026' }] };

	beforeEach(() => {
		base.fields.push(
			{ id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a10', name: 'department', type: 'string' },
			{ id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a11', name: 'year', type: 'number' },
		);
	});

	it('sets values of several documents and keeps their others', async () => {
		const ids = [add('a.txt').id, add('b.txt').id];
		const documentIds = ids.join(',');
		const first = { values: [{ name: 'department', value: 'Sales' }] };
		await run('setMetadata', { documentIds, metadata: first });
		const { json } = await run('setMetadata', { documentIds, metadata });
		expect(json).toEqual([{ result: 'success' }]);
		const values = [...base.documents.values()].map((document) => document.metadata);
		expect(values).toEqual([
			{ department: 'Sales', year: 2026 },
			{ department: 'Sales', year: 2026 },
		]);
		conforming(dify);
	});

	it('refuses a value that is not of the type of its field', async () => {
		const wrong = { values: [{ name: 'year', value: 'soon' }] };
		const { error } = await run('setMetadata', { documentIds: add('a.txt').id, metadata: wrong });
		expect(error?.message).toBe('"soon" is no number for the metadata field "year"');
	});
});

describe('document.waitForIndexing', () => {
	const options = { pollInterval: 0.2 };
	const wait = async (ids: string[], more = {}, run_ = {}) =>
		await run(
			'waitForIndexing',
			{ documentIds: ids.join(','), options: { ...options, ...more } },
			run_,
		);

	it('waits until all documents can be found', async () => {
		const ids = [add('a.txt', '#index-polls 3').id, add('b.txt').id];
		const { json, error } = await wait(ids);
		expect(error).toBeUndefined();
		expect(json).toMatchObject([
			{ id: ids[0], indexing_status: 'completed' },
			{ id: ids[1], indexing_status: 'completed' },
		]);
		conforming(dify);
	});

	it('waits for a batch', async () => {
		const { batch } = add('a.txt', '#index-polls 3');
		const parameters = { waitFor: 'batch', batch, options };
		const { json } = await run('waitForIndexing', parameters);
		expect(json).toMatchObject([{ batch, indexing_status: 'completed', total_segments: 1 }]);
		conforming(dify);
	});

	it('waits once for all items, and pairs them', async () => {
		const ids = [add('a.txt', '#index-ms 600').id, add('b.txt', '#index-ms 600').id];
		const started = Date.now();
		const { items } = await run(
			'waitForIndexing',
			{ documentIds: '={{ $json.id }}', options },
			{ items: ids.map((id) => ({ json: { id } })) },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(Date.now() - started).toBeLessThan(3_000);
	});

	it('says what Dify could not index', async () => {
		const { error } = await wait([add('a.txt').id, add('scan.pdf', '#index-error No text').id]);
		expect(error?.message).toMatch(/^Dify could not index ".*": No text$/);
	});

	it('gives the error as data if the user wants it so', async () => {
		const { id } = add('scan.pdf', '#index-error No text');
		const { json, error } = await wait([id], { failOnIndexingError: false });
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ id, indexing_status: 'error', indexing_error: 'No text' }]);
	});

	it('says that someone has paused it', async () => {
		const { error } = await wait([add('a.txt', '#index-paused').id]);
		expect(error?.message).toMatch(/ is paused$/);
	});

	it('warns of documents without chunks', async () => {
		const { hints, json } = await wait([add('scan.pdf', '#index-empty').id]);
		expect(json).toMatchObject([{ indexing_status: 'completed', segment_count: 0 }]);
		expect(hints.map(({ message }) => message).join()).toMatch(/^Indexed without chunks/);
	});

	it('ends when the time is over, and says where it goes on', async () => {
		const { error } = await wait([add('a.txt', '#index-stuck').id], { maxWait: 1 });
		expect(error?.message).toMatch(/^Dify had not indexed ".*" after 1 seconds$/);
		expect(error?.description).toMatch(/Wait for Indexing/);
	});

	it('fails for the documents that failed only, under Continue On Fail', async () => {
		const ids = [add('a.txt', '#index-error No text').id, add('b.txt').id];
		const { items } = await run(
			'waitForIndexing',
			{ documentIds: '={{ $json.id }}', options },
			{ items: ids.map((id) => ({ json: { id } })), onError: 'continueRegularOutput' },
		);
		expect(items).toMatchObject([
			{ json: { error: expect.stringMatching(/No text/) }, pairedItem: { item: 0 } },
			{ json: { id: ids[1], indexing_status: 'completed' }, pairedItem: { item: 1 } },
		]);
	});

	it('ends on cancel', async () => {
		const started = Date.now();
		const { id } = add('a.txt', '#index-stuck');
		await wait([id], {}, { cancel: 500 });
		expect(Date.now() - started).toBeLessThan(5_000);
	});
});
