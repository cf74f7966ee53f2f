import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import { fetchText, type Dict } from './dify.helpers';
import { fileForm, know, newBase, newDocument } from './dify.knowledge.helpers';

let dify: DifySimulator;

beforeAll(async () => {
	dify = await startDifySimulator({ version: '1.14' });
});
afterAll(async () => await dify.close());
beforeEach(() => dify.reset());

const UNKNOWN = '11111111-2222-4333-8444-555555555555';
const FULL = {
	search_method: 'semantic_search',
	reranking_enable: false,
	top_k: 10,
	score_threshold_enabled: false,
};
const PARENT_CHILD = {
	doc_form: 'hierarchical_model',
	process_rule: {
		mode: 'hierarchical',
		rules: {
			parent_mode: 'paragraph',
			pre_processing_rules: [],
			segmentation: { separator: '\\n\\n', max_tokens: 200 },
			subchunk_segmentation: { separator: '\\n', max_tokens: 100 },
		},
	},
};

describe('bases', () => {
	it('lists those of others only with include_all', async () => {
		dify.seed.knowledgeBase({ name: 'Mine' });
		dify.seed.knowledgeBase({ name: 'Theirs', with: { othersOnly: true } });
		expect((await know(dify, 'GET', '/datasets')).json.total).toBe(1);
		expect((await know(dify, 'GET', '/datasets?include_all=true')).json.total).toBe(2);
	});

	it('filters by all of several tags since 1.16, and refuses tag_ids before', async () => {
		dify.setVersion('1.16');
		const base = await newBase(dify);
		for (const name of ['a', 'b']) await know(dify, 'POST', '/datasets/tags', { name });
		const [a, b] = dify.knowledge.tags;
		const path = `/datasets?tag_ids=${a?.id}&tag_ids=${b?.id}`;
		await know(dify, 'POST', '/datasets/tags/binding', { tag_ids: [a?.id], target_id: base });
		expect((await know(dify, 'GET', path)).json.total).toBe(0);
		await know(dify, 'POST', '/datasets/tags/binding', { tag_ids: [b?.id], target_id: base });
		expect((await know(dify, 'GET', path)).json.total).toBe(1);
		dify.setVersion('1.14');
		expect((await know(dify, 'GET', path)).status).toBe(400);
	});

	it('needs a model for high quality, and one of a known provider', async () => {
		const bad = { embedding_model: 'm', embedding_model_provider: 'no/no/no' };
		const body = { name: 'a', indexing_technique: 'high_quality' };
		const unknown = await know(dify, 'POST', '/datasets', { ...body, ...bad });
		expect(unknown.json.message).toBe('Provider no/no/no does not exist.');
		dify.knowledge.models = [];
		expect((await know(dify, 'POST', '/datasets', body)).status).toBe(400);
	});
});

describe('tags', () => {
	it('fail over their own count up to 1.15, though they were made', async () => {
		const answer = await know(dify, 'POST', '/datasets/tags', { name: 'news' });
		expect([answer.status, answer.json.message]).toEqual([
			400,
			expect.stringMatching(/DataSetTag\nbinding_count/),
		]);
		expect(dify.knowledge.tags).toMatchObject([{ name: 'news' }]);
		expect((await know(dify, 'GET', '/datasets/tags')).status).toBe(400);
	});

	it('are a bare list with counts as text since 1.16, deleted with a body', async () => {
		dify.setVersion('1.16');
		const { json } = await know(dify, 'POST', '/datasets/tags', { name: 'news' });
		const list = JSON.parse((await know(dify, 'GET', '/datasets/tags')).text) as Dict[];
		expect(list).toEqual([{ id: json.id, name: 'news', type: 'knowledge', binding_count: '0' }]);
		expect((await know(dify, 'DELETE', '/datasets/tags')).status).toBe(415);
		expect((await know(dify, 'DELETE', '/datasets/tags', { tag_id: json.id })).status).toBe(204);
		expect(dify.knowledge.tags).toEqual([]);
	});

	it('are unbound one by one on 1.12', async () => {
		dify.setVersion('1.12');
		const base = await newBase(dify);
		await know(dify, 'POST', '/datasets/tags', { name: 'a' });
		const id = dify.knowledge.tags[0]?.id;
		await know(dify, 'POST', '/datasets/tags/binding', { tag_ids: [id], target_id: base });
		const path = '/datasets/tags/unbinding';
		expect((await know(dify, 'POST', path, { tag_ids: [id], target_id: base })).status).toBe(400);
		expect((await know(dify, 'POST', path, { tag_id: id, target_id: base })).text).toBe('204');
	});
});

describe('metadata', () => {
	async function setUp(): Promise<{ base: string; id: string; fields: Record<string, string> }> {
		const base = await newBase(dify);
		const { id } = await newDocument(dify, base, 'a.txt');
		const fields: Record<string, string> = {};
		for (const [name, type] of [
			['author', 'string'],
			['year', 'number'],
		] as const) {
			const { json } = await know(dify, 'POST', `/datasets/${base}/metadata`, { name, type });
			fields[name] = String(json.id);
		}
		return { base, id, fields };
	}

	function operation(id: string, values: Array<[string, string, unknown]>, partial: boolean): Dict {
		return {
			document_id: id,
			metadata_list: values.map(([field, name, value]) => ({ id: field, name, value })),
			partial_update: partial,
		};
	}

	async function shown(base: string, id: string): Promise<unknown> {
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents/${id}?metadata=only`);
		const entries = json.doc_metadata as Dict[] | null;
		return entries
			?.filter((entry) => entry.id !== 'built-in')
			.map(({ name, value }) => [name, value]);
	}

	it('replaces all values unless the update is partial', async () => {
		const { base, id, fields } = await setUp();
		const path = `/datasets/${base}/documents/metadata`;
		const { author = '', year = '' } = fields;
		const all = operation(
			id,
			[
				[author, 'author', 'Ann'],
				[year, 'year', 2024],
			],
			true,
		);
		await know(dify, 'POST', path, { operation_data: [all] });
		await know(dify, 'POST', path, {
			operation_data: [operation(id, [[year, 'year', 2025]], true)],
		});
		expect(await shown(base, id)).toEqual([
			['author', 'Ann'],
			['year', 2025],
		]);
		await know(dify, 'POST', path, { operation_data: [operation(id, [[year, 'year', 1]], false)] });
		expect(await shown(base, id)).toEqual([['year', 1]]);
	});

	it('shows built-in values as soon as any value is set, and texts in lists', async () => {
		const { base, id, fields } = await setUp();
		expect(await shown(base, id)).toBeUndefined();
		const write = operation(id, [[fields.year ?? '', 'year', 2024]], true);
		await know(dify, 'POST', `/datasets/${base}/documents/metadata`, { operation_data: [write] });
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents`);
		const [document] = json.data as Array<{ doc_metadata: Dict[] }>;
		expect(document?.doc_metadata).toHaveLength(6);
		expect(document?.doc_metadata[0]).toMatchObject({ name: 'year', value: '2024' });
		expect(document?.doc_metadata[1]).toMatchObject({ id: 'built-in', value: 'a.txt' });
	});

	it.each([
		['1.14', 400, undefined],
		['1.12', 200, [['author', 'after']]],
	] as const)('on %s tells an unknown document with %s', async (version, status, after) => {
		dify.setVersion(version);
		const { base, id, fields } = await setUp();
		const answer = await know(dify, 'POST', `/datasets/${base}/documents/metadata`, {
			operation_data: [
				operation(UNKNOWN, [], true),
				operation(id, [[fields.author ?? '', 'author', 'after']], true),
			],
		});
		expect(answer.status).toBe(status);
		expect(await shown(base, id)).toEqual(after);
	});

	it('keeps values when a document is overwritten', async () => {
		const { base, id, fields } = await setUp();
		const write = operation(id, [[fields.author ?? '', 'author', 'Ann']], true);
		await know(dify, 'POST', `/datasets/${base}/documents/metadata`, { operation_data: [write] });
		await newDocument(dify, base, 'a.txt', 'new text');
		expect(await shown(base, id)).toEqual([['author', 'Ann']]);
	});

	it('answers nulls for a field that is not there, and success to delete it', async () => {
		const { base } = await setUp();
		const path = `/datasets/${base}/metadata/${UNKNOWN}`;
		expect((await know(dify, 'PATCH', path, { name: 'x' })).json).toEqual({
			id: null,
			name: null,
			type: null,
		});
		expect((await know(dify, 'DELETE', path)).status).toBe(204);
	});
});

describe('chunks', () => {
	async function chunksOf(
		extra: Dict = {},
		text = 'One\nTwo\n\nThree\nFour',
	): Promise<{
		path: string;
		chunks: Dict[];
	}> {
		const base = await newBase(dify, `Base ${dify.knowledge.bases.size}`);
		const { id } = await newDocument(dify, base, 'a.txt', text, extra);
		const path = `/datasets/${base}/documents/${id}/segments`;
		const { json } = await know(dify, 'GET', path);
		return { path, chunks: json.data as Dict[] };
	}

	it('erases an answer that is not sent again, and fails with 200 when the question changes', async () => {
		const { path, chunks } = await chunksOf({ doc_form: 'qa_model' });
		const one = `${path}/${String(chunks[0]?.id)}`;
		const same = await know(dify, 'POST', one, { segment: { content: chunks[0]?.content } });
		expect(same.json.data).toMatchObject({ answer: null, status: 'completed' });
		const other = await know(dify, 'POST', one, { segment: { content: 'New?' } });
		expect(other.status).toBe(200);
		expect(other.json.data).toMatchObject({ status: 'error', enabled: false, answer: null });
	});

	it('ignores everything else when it is disabled, and then wants enabled: true', async () => {
		const { path, chunks } = await chunksOf();
		const one = `${path}/${String(chunks[0]?.id)}`;
		const off = await know(dify, 'POST', one, { segment: { enabled: false, content: 'x' } });
		expect(off.json.data).toMatchObject({ enabled: false, content: chunks[0]?.content });
		const refused = await know(dify, 'POST', one, { segment: { content: 'x' } });
		expect(refused.json.message).toBe("Can't update disabled segment");
		const on = await know(dify, 'POST', one, { segment: { enabled: true, content: 'x' } });
		expect(on.json.data).toMatchObject({ enabled: true, content: 'x' });
	});

	it('keeps the children of a changed parent unless they are regenerated', async () => {
		const { path, chunks } = await chunksOf(PARENT_CHILD);
		expect(chunks.map(({ content }) => content)).toEqual(['One\nTwo', 'Three\nFour']);
		const one = `${path}/${String(chunks[0]?.id)}`;
		const contents = async (): Promise<unknown[]> => {
			const { json } = await know(dify, 'GET', `${one}/child_chunks`);
			return (json.data as Dict[]).map(({ content }) => content);
		};
		await know(dify, 'POST', one, { segment: { content: 'Five\nSix' } });
		expect(await contents()).toEqual(['One', 'Two']);
		const segment = { content: 'Five\nSix', regenerate_child_chunks: true };
		await know(dify, 'POST', one, { segment });
		expect(await contents()).toEqual(['Five', 'Six']);
	});

	it.each([
		['1.14', 200],
		['1.16', 404],
	] as const)('finds a chunk of another document on %s: %s', async (version, status) => {
		dify.setVersion(version);
		const base = await newBase(dify);
		const [a, b] = [await newDocument(dify, base, 'a.txt'), await newDocument(dify, base, 'b.txt')];
		const { json } = await know(dify, 'GET', `/datasets/${base}/documents/${a.id}/segments`);
		const [chunk] = json.data as Dict[];
		const path = `/datasets/${base}/documents/${b.id}/segments/${String(chunk?.id)}`;
		// The other document must be indexed to be looked at.
		await know(dify, 'GET', `/datasets/${base}/documents/${b.id}`);
		expect((await know(dify, 'GET', path)).status).toBe(status);
	});

	it('cannot be listed without an embedding model', async () => {
		const { path } = await chunksOf();
		dify.knowledge.models = [];
		expect((await know(dify, 'GET', path)).json.code).toBe('provider_not_initialize');
	});
});

describe('retrieval', () => {
	async function filled(): Promise<string> {
		const base = dify.seed.knowledgeBase();
		for (const [name, text] of [
			['a.txt', 'Apples are red'],
			['b.txt', 'Bananas are yellow'],
		] as const) {
			dify.seed.document({ datasetId: base.id, name, text });
		}
		return base.id;
	}

	async function names(
		base: string,
		model: Dict | undefined,
		query = 'red apples',
	): Promise<string[]> {
		const body = { query, ...(model ? { retrieval_model: model } : {}) };
		const { json } = await know(dify, 'POST', `/datasets/${base}/retrieve`, body);
		return (json.records as Array<{ segment: { document: { name: string } } }>).map(
			({ segment }) => segment.document.name,
		);
	}

	it('finds by words or by meaning, best first', async () => {
		const base = await filled();
		expect(await names(base, undefined)).toEqual(['a.txt', 'b.txt']);
		expect(await names(base, { ...FULL, search_method: 'full_text_search' })).toEqual(['a.txt']);
		expect(await names(base, { ...FULL, search_method: 'keyword_search' })).toEqual([]);
		expect(await names(base, { ...FULL, top_k: 1 })).toEqual(['a.txt']);
		const threshold = { score_threshold_enabled: true, score_threshold: 0.8 };
		expect(await names(base, { ...FULL, ...threshold })).toEqual(['a.txt']);
	});

	it('leaves out what is disabled, archived or filtered', async () => {
		const base = await filled();
		const [a, b] = [...(dify.knowledge.bases.get(base)?.documents.values() ?? [])];
		if (!a || !b) throw new Error('no documents');
		a.metadata = { year: 2024 };
		const filter = (comparison_operator: string, value: unknown): Dict => ({
			...FULL,
			metadata_filtering_conditions: {
				logical_operator: 'and',
				conditions: [{ name: 'year', comparison_operator, value }],
			},
		});
		expect(await names(base, filter('≥', 2024))).toEqual(['a.txt']);
		expect(await names(base, filter('empty', null))).toEqual(['b.txt']);
		a.archived = true;
		b.enabled = false;
		expect(await names(base, FULL)).toEqual([]);
	});

	it.each([
		['1.14', 400, /reranking_enable/],
		['1.12', 500, /score_threshold_enabled/],
	] as const)('on %s answers half a model with %s', async (version, status, message) => {
		dify.setVersion(version);
		const base = await filled();
		const answer = await know(dify, 'POST', `/datasets/${base}/retrieve`, {
			query: 'x',
			retrieval_model: { search_method: 'semantic_search', top_k: 1 },
		});
		expect([answer.status, answer.json.message]).toEqual([status, expect.stringMatching(message)]);
	});

	it('takes a query of at most 250 characters, and gives it back by version', async () => {
		const base = await filled();
		const ask = async (query: string): Promise<Dict> =>
			(await know(dify, 'POST', `/datasets/${base}/retrieve`, { query })).json;
		expect(await ask('x'.repeat(251))).toMatchObject({ code: 'invalid_param' });
		expect(await ask('x')).toMatchObject({ query: 'x' });
		dify.setVersion('1.12');
		expect(await ask('x')).toMatchObject({ query: { content: 'x' } });
	});

	it('finds children, and scores a parent by its best one', async () => {
		const base = await newBase(dify);
		await newDocument(dify, base, 'a.txt', 'One apple\nTwo\n\nThree', PARENT_CHILD);
		const body = {
			query: 'apple',
			retrieval_model: { ...FULL, search_method: 'full_text_search' },
		};
		const { json } = await know(dify, 'POST', `/datasets/${base}/retrieve`, body);
		expect(json.records).toMatchObject([
			{
				score: 1,
				segment: { content: 'One apple\nTwo' },
				child_chunks: [{ content: 'One apple' }],
			},
		]);
	});
});

describe('downloads', () => {
	it('gives a signed url of the original file, and an archive of several, since 1.13.1', async () => {
		const base = await newBase(dify);
		const create = `/datasets/${base}/document/create-by-file`;
		const made = await know(dify, 'POST', create, fileForm('ä.txt', 'Hällo'));
		const { id } = made.json.document as { id: string };
		const one = `/datasets/${base}/documents/${id}/download`;
		const { json } = await know(dify, 'GET', one);
		expect(await fetchText(`${dify.origin}${String(json.url)}`)).toBe('Hällo');
		const zip = `/datasets/${base}/documents/download-zip`;
		const archive = await know(dify, 'POST', zip, { document_ids: [id] });
		expect(archive.headers.get('content-type')).toBe('application/zip');
		expect(archive.text).toMatch(/^PK.*ä\.txtHällo/s);
		const missing = await know(dify, 'POST', zip, { document_ids: [id, UNKNOWN] });
		expect(missing.status).toBe(404);
		dify.setVersion('1.12');
		expect((await know(dify, 'GET', one)).text).toMatch(/^<!doctype html>/);
	});
});

describe('pipelines', () => {
	it('run an uploaded file: a ticket at once, the work goes on', async () => {
		const base = dify.seed.knowledgeBase({ datasources: [{ nodeId: 'n1' }] });
		const { json: file } = await know(
			dify,
			'POST',
			'/datasets/pipeline/file-upload',
			fileForm('a.txt', 'x'),
		);
		const run = { inputs: {}, datasource_type: 'local_file', is_published: true };
		const { json } = await know(dify, 'POST', `/datasets/${base.id}/pipeline/run`, {
			...run,
			start_node_id: 'n1',
			response_mode: 'streaming',
			datasource_info_list: [{ reference: file.id, name: 'a.txt' }],
		});
		expect(json).toMatchObject({ dataset: { id: base.id }, documents: [{ name: 'a.txt' }] });
		const status = `/datasets/${base.id}/documents/${String(json.batch)}/indexing-status`;
		expect((await know(dify, 'GET', status)).json.data).toMatchObject([
			{ indexing_status: 'completed' },
		]);
	});

	it('fail without an input, and leave a document that waits for ever', async () => {
		const variables = [{ variable: 'delimiter', required: true }];
		const base = dify.seed.knowledgeBase({ datasources: [{ nodeId: 'n1', variables }] });
		const upload = '/datasets/pipeline/file-upload';
		const { json: file } = await know(dify, 'POST', upload, fileForm('a.txt', 'x'));
		const answer = await know(dify, 'POST', `/datasets/${base.id}/pipeline/run`, {
			inputs: {},
			datasource_type: 'local_file',
			is_published: true,
			start_node_id: 'n1',
			response_mode: 'blocking',
			datasource_info_list: [{ reference: file.id }],
		});
		expect([answer.status, answer.json.message]).toEqual([
			500,
			'delimiter is required in input form',
		]);
		const { json } = await know(dify, 'GET', `/datasets/${base.id}/documents`);
		expect(json.data).toMatchObject([{ name: 'a.txt', indexing_status: 'waiting' }]);
	});

	it('are unknown to 1.12, and fail to upload on 1.13, though the file is stored', async () => {
		const path = '/datasets/pipeline/file-upload';
		dify.setVersion('1.12');
		expect((await know(dify, 'POST', path, fileForm('a.txt', 'x'))).status).toBe(404);
		dify.setVersion('1.13.0');
		expect((await know(dify, 'POST', path, fileForm('a.txt', 'x'))).status).toBe(500);
		expect(dify.knowledge.files.size).toBe(1);
	});

	it('tell the failure of a datasource inside the stream', async () => {
		const base = dify.seed.knowledgeBase({
			datasources: [
				{ nodeId: 'bad', type: 'online_document', error: 'No credential' },
				{ nodeId: 'good', type: 'online_document', items: [{ page_id: '1' }] },
			],
		});
		const browse = async (node: string): Promise<string> => {
			const path = `/datasets/${base.id}/pipeline/datasource/nodes/${node}/run`;
			const body = { inputs: {}, datasource_type: 'online_document', is_published: true };
			return (await know(dify, 'POST', path, body)).text;
		};
		expect(await browse('bad')).toContain('"event":"datasource_error","error":"No credential"');
		expect(await browse('good')).toContain(
			'"event":"datasource_completed","data":[{"page_id":"1"}]',
		);
	});
});
