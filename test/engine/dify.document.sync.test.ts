import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { DifySimulator, KnowledgeBase } from '../simulators/dify';
import { startDifySimulator } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { conforming, picked, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

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

type Files = Record<string, string>;

async function itemsOf(files: Files): Promise<INodeExecutionData[]> {
	const all = Object.entries(files).map(async ([fileName, text]): Promise<INodeExecutionData> => {
		const data = await storeBinary(Buffer.from(text), { fileName, mimeType: 'text/plain' });
		return { json: {}, binary: { data } };
	});
	return await Promise.all(all);
}

async function sync(files: Files, options: INodeParameters = {}, run: DifyRun = {}) {
	const given = {
		datasetId: picked(base.id),
		options: { pollInterval: 0.2, deleteMissing: true, ...options },
	};
	return await runDify(dify, 'document.sync', given, { items: await itemsOf(files), ...run });
}

const contents = () =>
	Object.fromEntries([...base.documents.values()].map(({ name, text }) => [name, text]));
const actions = (json: Array<Record<string, unknown>>) =>
	json.map(({ action, name }) => `${String(action)} ${String(name)}`);
const FOLDER = { 'a.txt': 'One', 'b.txt': 'Two', 'c.txt': 'Three' };

describe('document.sync', () => {
	it.each(['1.12', '1.14', '1.16'] as const)(
		'makes the base equal to the items on Dify %s, and writes no more than that',
		async (version) => {
			dify.setVersion(version);
			const first = await sync(FOLDER);
			expect(first.error).toBeUndefined();
			expect(actions(first.json)).toEqual(['created a.txt', 'created b.txt', 'created c.txt']);
			expect(first.json).toMatchObject([
				{ indexing_status: 'completed', segment_count: 1 },
				{},
				{},
			]);

			const before = dify.knowledge.writesOf();
			const again = await sync(FOLDER);
			expect(actions(again.json)).toEqual(['skipped a.txt', 'skipped b.txt', 'skipped c.txt']);
			expect(dify.knowledge.writesOf()).toBe(before);

			const changed = { 'a.txt': 'One', 'b.txt': 'New', 'd.txt': 'Four' };
			const third = await sync(changed);
			expect(actions(third.json)).toEqual([
				'skipped a.txt',
				'deleted c.txt',
				'replaced b.txt',
				'created d.txt',
			]);
			expect(contents()).toEqual(changed);
			if (version === '1.16') conforming(dify);
		},
	);

	it('pairs every document with its item, deleted ones with the first', async () => {
		await sync(FOLDER);
		const { items } = await sync({ 'b.txt': 'Two', 'a.txt': 'One' });
		expect(items.map(({ json, pairedItem }) => [json.name, pairedItem])).toEqual([
			['b.txt', { item: 0 }],
			['c.txt', { item: 0 }],
			['a.txt', { item: 1 }],
		]);
	});

	it('takes texts as well', async () => {
		const parameters = {
			datasetId: picked(base.id),
			source: 'text',
			name: '={{ $json.title }}',
			text: '={{ $json.text }}',
			options: { pollInterval: 0.2 },
		};
		const items = [{ json: { title: 'Hours', text: '9 to 5' } }];
		const { json } = await runDify(dify, 'document.sync', parameters, { items });
		expect(actions(json)).toEqual(['created Hours']);
		const again = await runDify(dify, 'document.sync', parameters, { items });
		expect(actions(again.json)).toEqual(['skipped Hours']);
	});

	it('writes nothing in a preview', async () => {
		await sync(FOLDER);
		const before = dify.knowledge.writesOf();
		const { json } = await sync({ 'a.txt': 'New', 'd.txt': 'Four' }, { previewOnly: true });
		expect(actions(json)).toEqual([
			'replaced a.txt',
			'deleted c.txt',
			'deleted b.txt',
			'created d.txt',
		]);
		expect(json.every(({ preview }) => preview === true)).toBe(true);
		expect(dify.knowledge.writesOf()).toBe(before);
	});

	it('deletes nothing by default, and never what it has not made', async () => {
		dify.seed.document({ datasetId: base.id, name: 'by hand.txt', text: 'Mine' });
		await sync(FOLDER);
		await sync({ 'a.txt': 'One' }, { deleteMissing: false });
		expect(Object.keys(contents())).toHaveLength(4);
		await sync({ 'a.txt': 'One' });
		expect(contents()).toEqual({ 'by hand.txt': 'Mine', 'a.txt': 'One' });
		await sync({ 'a.txt': 'One' }, { syncKey: 'another' });
		expect(Object.keys(contents())).toHaveLength(2);
	});

	it('does not replace the document of another sync', async () => {
		await sync({ 'a.txt': 'One' }, { syncKey: 'first' });
		const { error } = await sync({ 'a.txt': 'Two', 'b.txt': 'x' }, { syncKey: 'second' });
		expect(error?.message).toBe('The document "a.txt" belongs to another sync');
		expect(error?.description).toMatch(/Sync Key to "first"/);
		expect(contents()).toEqual({ 'a.txt': 'One', 'b.txt': 'x' });
	});

	it('changes nothing when two items have one name', async () => {
		const items = [...(await itemsOf(FOLDER)), ...(await itemsOf({ 'a.txt': 'Other' }))];
		const { error } = await sync(FOLDER, {}, { items });
		expect(error?.message).toBe('Several input items have the name "a.txt"');
		expect(dify.knowledge.writesOf()).toBe(0);
	});

	it('deletes nothing when an item could not be read', async () => {
		await sync(FOLDER);
		const items = [...(await itemsOf({ 'a.txt': 'One' })), { json: {} }];
		const { items: out } = await sync({}, {}, { items, onError: 'continueRegularOutput' });
		expect(out).toMatchObject([
			{ json: { action: 'skipped' } },
			{ json: { error: expect.any(String) }, pairedItem: { item: 1 } },
		]);
		expect(Object.keys(contents())).toHaveLength(3);
	});

	it('does the others when Dify refuses one, and says which', async () => {
		dify.settings.uploadLimitsMb.document = 1;
		const files = { 'a.txt': 'One', 'big.txt': 'x'.repeat(1_100_000), 'c.txt': 'Three' };
		const { items } = await sync(files, {}, { onError: 'continueRegularOutput' });
		expect(items).toMatchObject([
			{ json: { action: 'created', name: 'a.txt' } },
			{ json: { details: { action: 'failed', name: 'big.txt' } }, pairedItem: { item: 1 } },
			{ json: { action: 'created', name: 'c.txt' } },
		]);
		const failed = await sync(files);
		expect(failed.error?.message).toMatch(/does not take the file "big.txt"/);
		expect(failed.error?.context.itemIndex).toBe(1);
	});

	it('waits for documents that an earlier run has left in the queue', async () => {
		const files = { 'a.txt': '#index-ms 900\nText' };
		await sync(files, { waitForIndexing: false });
		const { json } = await sync(files);
		expect(json).toMatchObject([{ action: 'skipped', indexing_status: 'completed' }]);
	});

	it('sends again what could not be indexed', async () => {
		const files = { 'a.txt': '#index-error No text' };
		const first = await sync(files);
		expect(first.error?.message).toBe('Dify could not index "a.txt": No text');
		const second = await sync(files, { failOnIndexingError: false });
		expect(second.json).toMatchObject([{ action: 'replaced', indexing_error: 'No text' }]);
	});

	it('stops at once when the key is refused', async () => {
		const { error } = await sync(FOLDER, {}, { apiKey: 'dataset-wrong' });
		expect(error?.message).toBe('Dify does not accept the knowledge API key');
		expect(dify.requests).toHaveLength(1);
	});
});

describe('a server that dies in the middle of a sync', () => {
	const files = Object.fromEntries(
		Array.from({ length: 40 }, (_, at) => [`${at}.txt`, `Text ${at}`]),
	);

	it.each([5, 45])('is made up for by the next run: after %s requests', async (requests) => {
		dify.faults.dieAfter(requests, '*');
		const first = await sync(files);
		expect(first.error).toBeDefined();
		dify.faults.clear();
		const second = await sync(files);
		expect(second.error).toBeUndefined();
		expect(contents()).toEqual(files);
		expect(base.documents.size).toBe(40);
		const before = dify.knowledge.writesOf();
		const third = await sync(files);
		expect(new Set(third.json.map(({ action }) => action))).toEqual(new Set(['skipped']));
		expect(dify.knowledge.writesOf()).toBe(before);
	});
});
