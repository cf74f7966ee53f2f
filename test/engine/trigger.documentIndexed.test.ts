import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { DifySimulator, KnowledgeBase } from '../simulators/dify';
import { startDifySimulator } from '../simulators/dify';
import { picked } from '../support/dify/run';
import { TriggerHost } from '../support/engine/poll';

let dify: DifySimulator;
let base: KnowledgeBase;

beforeAll(async () => {
	dify = await startDifySimulator({ version: '1.14' });
});
beforeEach(() => {
	dify.reset();
	base = dify.seed.knowledgeBase({ name: 'Handbook' });
});
afterAll(async () => await dify.close());

function trigger(parameters: INodeParameters = {}, apiKey = dify.knowledgeApiKey): TriggerHost {
	return new TriggerHost({
		parameters: { event: 'documentIndexed', datasetId: picked(base.id), ...parameters },
		credentials: { difyKnowledgeApi: { baseUrl: dify.baseUrl, apiKey } },
	});
}

const add = (name: string, text = 'Text') => dify.seed.document({ datasetId: base.id, name, text });
const names = (items: IDataObject[] | null) => (items ?? []).map(({ name }) => name);

describe('the event Document Indexed', () => {
	it('gives each document once, when its indexing has ended', async () => {
		add('old.txt');
		const host = trigger();
		await host.activate();
		expect((await host.poll()).items).toBeNull();
		add('slow.txt', '#index-polls 2');
		add('new.txt');
		expect(names((await host.poll()).items)).toEqual(['new.txt']);
		expect(names((await host.poll()).items)).toEqual(['slow.txt']);
		expect((await host.poll()).items).toBeNull();
	});

	it('gives status and reason', async () => {
		const host = trigger();
		await host.activate();
		add('scan.pdf', '#index-error No text');
		add('stopped.txt', '#index-paused');
		const { items } = await host.poll();
		expect(items).toMatchObject([
			{ name: 'scan.pdf', indexing_status: 'error', indexing_error: 'No text' },
			{ name: 'stopped.txt', display_status: 'paused' },
		]);
		expect(items?.[0]).not.toHaveProperty('error');
	});

	it('gives a document again when it got a new content', async () => {
		const document = add('a.txt');
		const host = trigger();
		await host.activate();
		document.dataSourceInfo = { upload_file_id: 'another' };
		expect(names((await host.poll()).items)).toEqual(['a.txt']);
		expect((await host.poll()).items).toBeNull();
	});

	it('gives existing ones first if it starts from all', async () => {
		add('a.txt');
		add('b.txt');
		const host = trigger({ startFrom: 'all' });
		expect(names((await host.activate()).items)).toEqual(['a.txt', 'b.txt']);
	});

	it('gives times as ISO texts in UTC, and fewer fields with Simplify', async () => {
		add('a.txt');
		const { items } = await trigger({ startFrom: 'all' }).activate();
		expect(items?.[0]?.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		const options = { simplify: true };
		const simple = await trigger({ startFrom: 'all', options }).activate();
		expect(Object.keys(simple.items?.[0] ?? {})).toEqual([
			'event_id',
			'id',
			'name',
			'indexing_status',
			'indexing_error',
			'word_count',
			'created_at',
		]);
	});

	it('gives no more at once than Max Events Per Poll', async () => {
		for (const name of ['a.txt', 'b.txt', 'c.txt']) add(name);
		const host = trigger({ startFrom: 'all', options: { maxEvents: 2 } });
		expect(names((await host.activate()).items)).toEqual(['a.txt', 'b.txt']);
		expect(names((await host.poll()).items)).toEqual(['c.txt']);
	});

	it.each([
		['error', ['bad.txt']],
		['completed', ['good.txt']],
	])('can be limited to %s', async (emitOn, expected) => {
		const host = trigger({ emitOn });
		await host.activate();
		add('good.txt');
		add('bad.txt', '#index-error No text');
		expect(names((await host.poll()).items)).toEqual(expected);
		expect((await host.poll()).items).toBeNull();
	});

	it('follows 1,001 documents, and gives 1,000 at once', async () => {
		base = dify.seed.knowledgeBase({ name: 'Large', documents: 1_001 });
		const host = trigger({ startFrom: 'all' });
		const first = names((await host.activate()).items);
		const rest = [names((await host.poll()).items), names((await host.poll()).items)].flat();
		expect(first).toHaveLength(1_000);
		expect(new Set([...first, ...rest]).size).toBe(1_001);
		expect((await host.poll()).items).toBeNull();
		expect(JSON.stringify(host.saved).length).toBeLessThan(12_000);
	});

	it('says that the key of an app opens no knowledge base', async () => {
		const host = trigger({}, 'app-secret');
		const error = await host.activate().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({ message: 'Dify does not accept the knowledge API key' });
	});
});
