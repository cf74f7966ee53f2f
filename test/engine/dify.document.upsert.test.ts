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

const OPTIONS = { pollInterval: 0.2 };

async function file(fileName: string, text: string | Buffer): Promise<INodeExecutionData> {
	const content = Buffer.from(text);
	return { json: {}, binary: { data: await storeBinary(content, { fileName, mimeType: 'x/y' }) } };
}

async function upsert(
	items: INodeExecutionData[],
	options: INodeParameters = {},
	parameters: INodeParameters = {},
	run: DifyRun = {},
) {
	const given = { datasetId: picked(base.id), ...parameters, options: { ...OPTIONS, ...options } };
	return await runDify(dify, 'document.upsert', given, { items, ...run });
}

const text = (name: string, content: string) => ({ source: 'text', name, text: content });
const documents = () => [...base.documents.values()];
const posted = () => dify.requests.filter(({ path }) => path.includes('/document/create-by'));

describe('document.upsert', () => {
	it('makes a document of a file, and waits until it can be found', async () => {
		const { json, items, error } = await upsert([await file('a.txt', '#index-polls 2\nHello')]);
		expect(error).toBeUndefined();
		expect(json).toMatchObject([
			{ action: 'created', name: 'a.txt', indexing_status: 'completed', segment_count: 1 },
		]);
		expect(json[0]?.batch).toMatch(/^\d{20}$/);
		expect(json[0]).not.toHaveProperty('error');
		expect(items[0]?.pairedItem).toEqual({ item: 0 });
		expect(documents()).toMatchObject([{ name: 'a.txt', text: '#index-polls 2\nHello' }]);
		conforming(dify);
	});

	it.each(['1.12', '1.14', '1.16'] as const)('makes one of a text on Dify %s', async (version) => {
		dify.setVersion(version);
		const { json, error } = await upsert([{ json: {} }], {}, text('Opening hours', 'From 9 to 5'));
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ action: 'created', name: 'Opening hours' }]);
		expect(documents()).toMatchObject([{ name: 'Opening hours', text: 'From 9 to 5' }]);
	});

	it('replaces the document of the same name', async () => {
		await upsert([await file('a.txt', 'One')]);
		const [before] = documents();
		const { json } = await upsert([await file('a.txt', 'Two')]);
		expect(json).toMatchObject([{ action: 'replaced', id: before?.id }]);
		expect(documents()).toMatchObject([{ text: 'Two' }]);
	});

	it('replaces a disabled document instead of making a second one', async () => {
		dify.seed.document({ datasetId: base.id, name: 'a.txt', with: { enabled: false } });
		const { json } = await upsert([await file('a.txt', 'Two')]);
		expect(json).toMatchObject([{ action: 'replaced' }]);
		expect(documents()).toMatchObject([{ text: 'Two', enabled: true }]);
		conforming(dify);
	});

	it('says when Dify does not let a disabled document be enabled', async () => {
		const with_ = { enabled: false, lockedUntil: Date.now() + 60_000 };
		dify.seed.document({ datasetId: base.id, name: 'a.txt', with: with_ });
		const { error } = await upsert([await file('a.txt', 'Two')]);
		expect(error?.message).toBe('Dify does not let the status of the document be changed yet');
		expect(posted()).toHaveLength(0);
	});

	it('waits for the former content, or the chunks of both would stay', async () => {
		dify.settings.indexingMs = 600;
		const items = [await file('a.txt', 'One'), await file('a.txt', 'Two')];
		const { json } = await upsert(items, { concurrency: 2 });
		expect(json).toMatchObject([{ action: 'created' }, { action: 'replaced' }]);
		const chunks = documents().flatMap(({ segments }) => segments.map(({ content }) => content));
		expect(chunks).toEqual(['Two']);
	});

	it('does not replace what is stuck in the queue', async () => {
		dify.seed.document({ datasetId: base.id, name: 'a.txt', text: '#index-stuck' });
		const { error } = await upsert([await file('a.txt', 'Two')], { maxWait: 1 });
		expect(error?.message).toBe('The former content of "a.txt" is still being indexed');
		expect(posted()).toHaveLength(0);
	});

	it('does not touch an archived document', async () => {
		const with_ = { archived: true };
		dify.seed.document({ datasetId: base.id, name: 'a.txt', text: 'One', with: with_ });
		const { error } = await upsert([await file('a.txt', 'Two')]);
		expect(error?.message).toBe('The document "a.txt" is archived');
		expect(documents()).toMatchObject([{ text: 'One' }]);
	});

	it('cleans the name of a file that is a path', async () => {
		const { json } = await upsert([await file('C:\\files\\a "b"\u0007.txt', 'One')]);
		expect(json).toMatchObject([{ name: "a 'b'.txt" }]);
	});
});

describe('If Name Exists', () => {
	beforeEach(() => {
		dify.seed.document({ datasetId: base.id, name: 'a.txt', text: 'One' });
	});

	it('skips', async () => {
		const { json } = await upsert([await file('a.txt', 'Two')], { ifNameExists: 'skip' });
		expect(json).toMatchObject([{ action: 'skipped', name: 'a.txt' }]);
		expect(posted()).toHaveLength(0);
	});

	it('fails', async () => {
		const { error } = await upsert([await file('a.txt', 'Two')], { ifNameExists: 'fail' });
		expect(error?.message).toBe('The knowledge base has a document "a.txt" already');
	});

	it('keeps both', async () => {
		const { json } = await upsert([await file('a.txt', 'Two')], { ifNameExists: 'keepBoth' });
		expect(json).toMatchObject([{ action: 'created' }]);
		expect(documents().map((one) => one.text)).toEqual(['One', 'Two']);
	});

	it('cannot keep both of a text', async () => {
		const { error } = await upsert(
			[{ json: {} }],
			{ ifNameExists: 'keepBoth' },
			text('a.txt', 'Two'),
		);
		expect(error?.message).toBe('Dify keeps no two texts of one name');
	});

	it('does not take a document of a website for one of the same name', async () => {
		const [old] = documents();
		if (old) old.dataSourceType = 'website_crawl';
		const { json } = await upsert([await file('a.txt', 'Two')], { ifNameExists: 'skip' });
		expect(json).toMatchObject([{ action: 'created' }]);
	});
});

describe('Skip Unchanged', () => {
	const skipUnchanged = true;

	it('sends a content once, and again when it changes', async () => {
		await upsert([await file('a.txt', 'One')], { skipUnchanged });
		const again = await upsert([await file('a.txt', 'One')], { skipUnchanged });
		expect(again.json).toMatchObject([{ action: 'skipped', name: 'a.txt' }]);
		const changed = await upsert([await file('a.txt', 'Two')], { skipUnchanged });
		expect(changed.json).toMatchObject([{ action: 'replaced' }]);
		expect(posted()).toHaveLength(2);
		conforming(dify);
	});

	it('sends again what was not indexed, or was indexed to nothing', async () => {
		for (const content of ['#index-error No text', '#index-empty']) {
			const options = { skipUnchanged, failOnIndexingError: false };
			await upsert([await file('a.txt', content)], options);
			for (const document of documents()) if (content === '#index-empty') document.wordCount = 0;
			const again = await upsert([await file('a.txt', content)], options);
			expect(again.json).toMatchObject([{ action: 'replaced' }]);
		}
	});

	it('does not trust a hash of a content that someone has replaced', async () => {
		await upsert([await file('a.txt', 'One')], { skipUnchanged });
		await upsert([await file('a.txt', 'Two')]);
		const again = await upsert([await file('a.txt', 'One')], { skipUnchanged });
		expect(again.json).toMatchObject([{ action: 'replaced' }]);
		expect(documents()).toMatchObject([{ text: 'One' }]);
	});
});

describe('what Dify would refuse or spoil', () => {
	const refused = async (item: INodeExecutionData, parameters = {}, options = {}) => {
		const { error } = await upsert([item], options, parameters);
		expect(posted()).toHaveLength(0);
		return error?.message;
	};

	it('is said before anything is sent', async () => {
		expect(await refused(await file('a.png', 'x'))).toBe(
			'Dify makes no documents of .png files: "a.png"',
		);
		expect(await refused(await file('README', 'x'))).toMatch(/has no extension/);
		expect(await refused(await file('a.txt', ''))).toBe('The file "a.txt" is empty');
		expect(await refused(await file(`${'n'.repeat(210)}.txt`, 'x'))).toMatch(/has 214 characters/);
	});

	it('is said of the knowledge base', async () => {
		base = dify.seed.knowledgeBase({ name: 'Ext', with: { provider: 'external' } });
		expect(await refused(await file('a.txt', 'x'))).toMatch(/is an external one/);
		base = dify.seed.knowledgeBase({ name: 'New', indexingTechnique: null });
		expect(await refused(await file('a.txt', 'x'))).toMatch(/no indexing technique yet/);
	});

	it('is said of a chunking that does not go with the knowledge base', async () => {
		const parameters = { chunking: 'parentChild' };
		dify.seed.document({ datasetId: base.id, name: 'old.txt' });
		expect(await refused(await file('a.txt', 'x'), parameters)).toMatch(
			/has no parent and child chunks/,
		);
		expect(await refused(await file('a.txt', 'x'), { chunking: 'custom', maxTokens: 20 })).toMatch(
			/^Max Tokens is 20/,
		);
	});

	it('names the likely limit where Dify gives none', async () => {
		dify.settings.uploadLimitsMb.document = 1;
		const { error } = await upsert([await file('a.txt', Buffer.alloc(2 * 1024 * 1024, 'x'))]);
		expect(error?.message).toMatch(/does not take the file "a.txt"/);
		expect(error?.description).toMatch(/15 MB/);
	});
});

describe('Chunking', () => {
	it('makes a parent-child base of an empty one', async () => {
		const content = 'First line\nSecond line\n\nThird line';
		const { json } = await upsert([await file('a.txt', content)], {}, { chunking: 'parentChild' });
		expect(json).toMatchObject([{ indexing_status: 'completed', segment_count: 2 }]);
		expect(documents()[0]?.segments[0]?.children).toHaveLength(2);
		const second = await upsert([await file('b.txt', content)]);
		expect(second.json).toMatchObject([{ indexing_status: 'completed', segment_count: 2 }]);
	});

	it('cuts at a separator of its own', async () => {
		const parameters = { chunking: 'custom', separator: '---', maxTokens: 100, chunkOverlap: 0 };
		const { json } = await upsert([await file('a.txt', 'One---Two---Three')], {}, parameters);
		expect(json).toMatchObject([{ segment_count: 3 }]);
		conforming(dify);
	});

	it('gives an empty base its technique', async () => {
		base = dify.seed.knowledgeBase({ name: 'New', indexingTechnique: null });
		const { json } = await upsert([await file('a.txt', 'x')], { indexingTechnique: 'economy' });
		expect(json).toMatchObject([{ action: 'created' }]);
		expect(base.indexingTechnique).toBe('economy');
	});
});

describe('Metadata', () => {
	const metadata = {
		values: [
			{ name: 'department', value: 'Sales' },
			{ name: 'year', value: '2026' },
		],
	};

	it('is written by the names of its fields', async () => {
		base.fields.push(
			{ id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a10', name: 'department', type: 'string' },
			{ id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a11', name: 'year', type: 'number' },
		);
		const { error } = await upsert([await file('a.txt', 'x')], { metadata });
		expect(error).toBeUndefined();
		expect(documents()[0]?.metadata).toMatchObject({ department: 'Sales', year: 2026 });
		conforming(dify);
	});

	it('is checked before the document is sent', async () => {
		const { error } = await upsert([await file('a.txt', 'x')], { metadata });
		expect(error?.message).toBe('The knowledge base has no metadata field "department"');
		expect(posted()).toHaveLength(0);
	});
});

describe('Wait for Indexing', () => {
	it('waits once for the documents of all items', async () => {
		const items = await Promise.all(
			Array.from({ length: 12 }, async (_, at) => await file(`${at}.txt`, '#index-ms 700\nText')),
		);
		const { json, items: out } = await upsert(items);
		expect(json.map(({ indexing_status: status }) => status)).toEqual(
			Array<string>(12).fill('completed'),
		);
		expect(out.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		const firstLook = dify.requests.findIndex(({ query }) => query.metadata === 'without');
		const lastSent = dify.requests.findLastIndex(({ path }) => path.includes('create-by'));
		expect(lastSent).toBeLessThan(firstLook);
	});

	it('says which document Dify could not index, and keeps the others', async () => {
		const items = [await file('a.txt', 'x'), await file('scan.pdf', '#index-error No text')];
		const { items: out } = await upsert(items, {}, {}, { onError: 'continueRegularOutput' });
		expect(out).toMatchObject([
			{ json: { name: 'a.txt', indexing_status: 'completed' }, pairedItem: { item: 0 } },
			{
				json: { error: 'Dify could not index "scan.pdf": No text' },
				pairedItem: { item: 1 },
			},
		]);
	});

	it('can be turned off', async () => {
		const item = await file('a.txt', '#index-stuck');
		const { json } = await upsert([item], { waitForIndexing: false });
		expect(json).toMatchObject([{ action: 'created', indexing_status: 'waiting' }]);
	});
});

describe('a lost answer', () => {
	const create = '/datasets/*/document/*';

	it('is made up for by the list, and nothing is sent twice', async () => {
		dify.faults.add({ path: create, action: 'reset', when: 'after-accept' });
		const { json, error } = await upsert([await file('a.txt', 'x')], { ifNameExists: 'keepBoth' });
		expect(error).toBeUndefined();
		expect(json).toMatchObject([{ action: 'created', name: 'a.txt' }]);
		expect(posted()).toHaveLength(1);
		expect(documents()).toHaveLength(1);
	});

	it('tells a new content from the one that was there', async () => {
		dify.seed.document({ datasetId: base.id, name: 'a.txt', text: 'One' });
		dify.faults.add({ path: create, action: 'reset', when: 'after-accept' });
		const { json } = await upsert([await file('a.txt', 'Two')]);
		expect(json).toMatchObject([{ action: 'replaced' }]);
		expect(posted()).toHaveLength(1);
		expect(documents()).toMatchObject([{ text: 'Two' }]);
	});

	it('is sent once more where that replaces, and only there', async () => {
		dify.faults.add({ path: create, action: 'reset', when: 'after-read' });
		const { json } = await upsert([await file('a.txt', 'x')]);
		expect(json).toMatchObject([{ action: 'created' }]);
		expect(documents()).toHaveLength(1);

		dify.faults.add({ path: create, action: 'reset', when: 'after-read' });
		const both = await upsert([await file('b.txt', 'x')], { ifNameExists: 'keepBoth' });
		expect(both.error?.description).toMatch(/It is not known whether Dify got "b.txt"/);
		expect(documents()).toHaveLength(1);
	});
});
