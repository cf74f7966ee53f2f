import { createHash } from 'node:crypto';
import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import { call, type Dict } from './dify.helpers';
import { fileForm, know, newBase, newDocument, textBody } from './dify.knowledge.helpers';

let dify: DifySimulator;

beforeAll(async () => {
	dify = await startDifySimulator({ version: '1.14' });
});
afterAll(async () => await dify.close());
beforeEach(() => dify.reset());

describe('keys of knowledge', () => {
	it('refuses an app key for knowledge, and a knowledge key for an app', async () => {
		const wrong = [
			await call(dify, 'GET', '/datasets'),
			await know(dify, 'GET', '/info'),
			await know(dify, 'GET', '/parameters'),
		];
		for (const answer of wrong) {
			expect(answer.status).toBe(401);
			expect(answer.json).toMatchObject({
				code: 'unauthorized',
				message: 'Access token is invalid',
			});
		}
	});

	it('says that a base is missing or closed before it looks at the request', async () => {
		const base = await newBase(dify);
		const missing = '/datasets/11111111-2222-4333-8444-555555555555/documents?limit=x';
		expect((await know(dify, 'GET', missing)).json.message).toBe('Dataset not found.');
		Object.assign(dify.knowledge.bases.get(base) ?? {}, { enableApi: false });
		const closed = await know(dify, 'GET', `/datasets/${base}/documents?limit=x`);
		expect([closed.status, closed.json.message]).toEqual([
			403,
			'Dataset api access is not enabled.',
		]);
	});
});

describe('lists of knowledge', () => {
	it('cuts a limit above 100 and then says that there is no more', async () => {
		const base = dify.seed.knowledgeBase({ documents: 250 });
		const path = `/datasets/${base.id}/documents`;
		const { json } = await know(dify, 'GET', `${path}?limit=200`);
		expect((json.data as Dict[]).length).toBe(100);
		expect(json).toMatchObject({ has_more: false, limit: 200, total: 250, page: 1 });
	});

	it('says that there is more after a last page that is full', async () => {
		const base = dify.seed.knowledgeBase({ documents: 200 });
		const path = `/datasets/${base.id}/documents`;
		expect((await know(dify, 'GET', `${path}?limit=100&page=2`)).json.has_more).toBe(true);
		expect((await know(dify, 'GET', `${path}?limit=100&page=3`)).json).toMatchObject({
			data: [],
			has_more: false,
		});
	});

	it('has 1,001 documents ready at once, newest first', async () => {
		const base = dify.seed.knowledgeBase({ documents: 1001 });
		const { json } = await know(dify, 'GET', `/datasets/${base.id}/documents?limit=1`);
		expect(json.data).toMatchObject([
			{ name: 'document-1001.txt', display_status: 'available', word_count: 25 },
		]);
	});
});

describe('writing documents', () => {
	it('wants the technique in the body of a text, though the base has one', async () => {
		const base = await newBase(dify);
		const path = `/datasets/${base}/document/create-by-text`;
		const answer = await know(dify, 'POST', path, { name: 'a', text: 'b' });
		expect(answer.status).toBe(400);
		expect(answer.json.message).toMatch(/KnowledgeConfig\nindexing_technique\n {2}Field required/);
	});

	it('overwrites an enabled document of the same name: same id, new batch', async () => {
		const base = await newBase(dify);
		const first = await newDocument(dify, base, 'a.txt', 'one');
		const second = await know(
			dify,
			'POST',
			`/datasets/${base}/document/create-by-file`,
			fileForm('a.txt', 'two'),
		);
		expect(second.json.document).toMatchObject({ id: first.id, indexing_status: 'waiting' });
		expect(second.json.batch).not.toBe(first.batch);
		expect(dify.knowledge.writes).toMatchObject({
			'document.create': 1,
			'document.overwrite': 1,
		});
		const old = `/datasets/${base}/documents/${first.batch}/indexing-status`;
		expect((await know(dify, 'GET', old)).status).toBe(404);
	});

	it('makes a twin beside a disabled document, and overwrites an archived one', async () => {
		const base = await newBase(dify);
		const first = await newDocument(dify, base, 'a.txt');
		const status = `/datasets/${base}/documents/status`;
		await know(dify, 'GET', `/datasets/${base}/documents`);
		await know(dify, 'PATCH', `${status}/disable`, { document_ids: [first.id] });
		expect((await newDocument(dify, base, 'a.txt')).id).not.toBe(first.id);
		const other = await newDocument(dify, base, 'b.txt');
		await know(dify, 'PATCH', `${status}/archive`, { document_ids: [other.id] });
		const again = await newDocument(dify, base, 'b.txt');
		expect(again.document).toMatchObject({ id: other.id, archived: true });
	});

	it('makes a twin with duplicate: false, by file only', async () => {
		const base = await newBase(dify);
		const first = await newDocument(dify, base, 'a.txt');
		const twin = await know(
			dify,
			'POST',
			`/datasets/${base}/document/create-by-file`,
			fileForm('a.txt', 'two', { duplicate: false }),
		);
		expect((twin.json.document as Dict).id).not.toBe(first.id);
	});

	it('says nothing about a wrong file on creation, and the kind of fault on update', async () => {
		const base = await newBase(dify);
		const create = `/datasets/${base}/document/create-by-file`;
		const { id } = await newDocument(dify, base, 'a.txt');
		const update = `/datasets/${base}/documents/${id}/update-by-file`;
		await know(dify, 'GET', `/datasets/${base}/documents/${id}`);
		dify.settings.uploadLimitsMb.document = 0.0001;
		for (const form of [() => fileForm('a.exe', 'x'), () => fileForm('a.txt', 'x'.repeat(200))]) {
			const answer = await know(dify, 'POST', create, form());
			expect(answer.json).toEqual({ code: 'invalid_param', message: '', status: 400 });
		}
		const large = await know(dify, 'POST', update, fileForm('a.txt', 'x'.repeat(200)));
		const odd = await know(dify, 'POST', update, fileForm('a.exe', 'x'));
		expect([large.status, large.json.code]).toEqual([413, 'file_too_large']);
		expect([odd.status, odd.json.code]).toEqual([415, 'unsupported_file_type']);
	});

	it('updates only a document that can be searched, which keeps its batch', async () => {
		const base = await newBase(dify);
		const { id, batch } = await newDocument(dify, base, 'a.txt');
		const update = `/datasets/${base}/documents/${id}/update-by-text`;
		dify.settings.indexingPolls = 3;
		const { id: slow } = await newDocument(dify, base, 'b.txt');
		const early = await know(
			dify,
			'POST',
			`/datasets/${base}/documents/${slow}/update-by-text`,
			textBody('b.txt', 'x'),
		);
		expect([early.status, early.json.message]).toEqual([400, 'Document is not available']);
		for (let look = 0; look < 3; look += 1) {
			await know(dify, 'GET', `/datasets/${base}/documents/${id}`);
		}
		const updated = await know(dify, 'POST', update, textBody('renamed.txt', 'new'));
		expect(updated.json).toMatchObject({ batch, document: { id, name: 'renamed.txt' } });
		const bare = await know(dify, 'POST', update, { name: 'other' });
		expect(bare.json.message).toBe('Data source or Process rule is required');
	});

	it('needs a rule for the first file of a base, and the form of the base', async () => {
		const base = await newBase(dify);
		const create = `/datasets/${base}/document/create-by-file`;
		const bare = await know(dify, 'POST', create, fileForm('a.txt', 'x', {}));
		expect(bare.json.message).toBe('process_rule is required.');
		await newDocument(dify, base, 'a.txt');
		const other = await know(
			dify,
			'POST',
			create,
			fileForm('b.txt', 'x', { doc_form: 'qa_model' }),
		);
		expect(other.json.message).toBe('doc_form is different from the dataset doc_form.');
	});

	it('deletes with 200 and the body 204 on 1.12, with a true 204 later', async () => {
		for (const [version, status, text] of [
			['1.12', 200, '204'],
			['1.14', 204, ''],
		] as const) {
			dify.setVersion(version);
			const base = await newBase(dify, `Base of ${version}`);
			const { id } = await newDocument(dify, base, 'a.txt');
			const answer = await know(dify, 'DELETE', `/datasets/${base}/documents/${id}`);
			expect([answer.status, answer.text]).toEqual([status, text]);
		}
	});

	it('keeps size and hash of a large file, not the file', async () => {
		const base = await newBase(dify);
		dify.settings.fileMemoryLimitBytes = 1000;
		const content = 'x'.repeat(100_000);
		await know(
			dify,
			'POST',
			`/datasets/${base}/document/create-by-file`,
			fileForm('a.txt', content),
		);
		const [file] = dify.knowledge.files.values();
		expect(file?.bytes).toMatchObject({
			size: 100_000,
			content: null,
			sha256: createHash('sha256').update(content).digest('hex'),
		});
	});
});

describe('indexing', () => {
	async function statuses(base: string, batch: string, times: number): Promise<unknown[]> {
		const seen: unknown[] = [];
		for (let look = 0; look < times; look += 1) {
			const path = `/datasets/${base}/documents/${batch}/indexing-status`;
			const { json } = await know(dify, 'GET', path);
			seen.push((json.data as Dict[])[0]?.indexing_status);
		}
		return seen;
	}

	it('goes on with every look at its status', async () => {
		dify.settings.indexingPolls = 5;
		const base = await newBase(dify);
		const { batch } = await newDocument(dify, base, 'a.txt');
		expect(await statuses(base, batch, 6)).toEqual([
			'parsing',
			'cleaning',
			'splitting',
			'indexing',
			'completed',
			'completed',
		]);
	});

	it('goes on by the clock', async () => {
		dify.settings.indexingMs = 200;
		const base = await newBase(dify);
		const { batch } = await newDocument(dify, base, 'a.txt');
		expect(await statuses(base, batch, 1)).not.toEqual(['completed']);
		await new Promise((resolve) => setTimeout(resolve, 220));
		expect(await statuses(base, batch, 1)).toEqual(['completed']);
	});

	it.each([
		['#index-error No text could be read.', 'error', 'error', 'No text could be read.'],
		['#index-paused', 'paused', 'paused', null],
		['#index-stuck', 'waiting', 'queuing', null],
		['#index-empty', 'completed', 'available', null],
	])('ends as the text says: %s', async (text, status, display, error) => {
		const base = await newBase(dify);
		const { id, batch } = await newDocument(dify, base, 'a.txt', text);
		expect(await statuses(base, batch, 1)).toEqual([status]);
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents/${id}`);
		expect(json).toMatchObject({ display_status: display, error, segment_count: 0 });
	});

	it('makes no chunks where parents and children are cut automatically', async () => {
		const base = await newBase(dify);
		const extra = { doc_form: 'hierarchical_model', process_rule: { mode: 'automatic' } };
		const { id } = await newDocument(dify, base, 'a.txt', 'some text', extra);
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents/${id}`);
		expect(json).toMatchObject({ indexing_status: 'completed', segment_count: 0 });
	});
});

describe('indexing that goes wrong', () => {
	async function texts(base: string, id: string): Promise<unknown[]> {
		const path = `/datasets/${base}/documents/${id}/segments`;
		const { json } = await know(dify, 'GET', path);
		return (json.data as Dict[]).map(({ content }) => content);
	}

	it('keeps the chunks of a text that is overwritten before its indexing ended', async () => {
		dify.settings.indexingMs = 100;
		const base = await newBase(dify);
		const { id } = await newDocument(dify, base, 'a.txt', 'one');
		await newDocument(dify, base, 'a.txt', 'two');
		await new Promise((resolve) => setTimeout(resolve, 120));
		expect(await texts(base, id)).toEqual(['one', 'two']);
		await newDocument(dify, base, 'a.txt', 'three');
		await new Promise((resolve) => setTimeout(resolve, 120));
		expect(await texts(base, id)).toEqual(['three']);
	});

	it('never ends after an update on 1.12', async () => {
		dify.setVersion('1.12');
		const base = await newBase(dify);
		const { id } = await newDocument(dify, base, 'a.txt', 'one');
		const path = `/datasets/${base}/documents/${id}`;
		await know(dify, 'GET', path);
		await know(dify, 'POST', `${path}/update-by-text`, { name: 'a.txt', text: 'two' });
		expect((await know(dify, 'GET', path)).json.indexing_status).toBe('indexing');
	});

	it('ends as error for a PDF that is none', async () => {
		const base = await newBase(dify);
		const create = `/datasets/${base}/document/create-by-file`;
		const { json } = await know(dify, 'POST', create, fileForm('a.pdf', 'no PDF'));
		const path = `/datasets/${base}/documents/${String((json.document as Dict).id)}`;
		expect((await know(dify, 'GET', path)).json.error).toMatch(/^Failed to load document/);
	});
});

describe('faults of knowledge', () => {
	it('refuses what is above the rate of the plan, and counts what it refuses', async () => {
		dify.settings.knowledgeRateLimit = 2;
		dify.settings.knowledgeRateWindowMs = 100;
		const base = await newBase(dify);
		await newDocument(dify, base, 'a.txt');
		const path = `/datasets/${base}/document/create-by-text`;
		const refused = await know(dify, 'POST', path, textBody('b.txt', 'x'));
		expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
		expect(refused.json.message).toMatch(/reached the knowledge base request rate limit/);
		expect((await know(dify, 'GET', `/datasets/${base}/documents`)).status).toBe(200);
		await new Promise((resolve) => setTimeout(resolve, 120));
		expect((await know(dify, 'POST', path, textBody('b.txt', 'x'))).status).toBe(200);
	});

	it('dies after a number of writes: the last one is done, its answer is lost', async () => {
		const base = await newBase(dify);
		dify.faults.dieAfter(2);
		await newDocument(dify, base, 'a.txt');
		await newDocument(dify, base, 'b.txt');
		await expect(newDocument(dify, base, 'c.txt')).rejects.toThrow(/fetch failed/);
		await expect(newDocument(dify, base, 'd.txt')).rejects.toThrow(/fetch failed/);
		dify.faults.clear();
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents`);
		expect(json.total).toBe(3);
	});
});
