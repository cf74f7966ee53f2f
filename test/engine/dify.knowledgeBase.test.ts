import type { PlainServer } from '../support/dify/plainServer';
import { json, startPlainServer } from '../support/dify/plainServer';

let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

/** Answers as /datasets does: `has_more` says only that the page is full. */
function serveBases(count: number) {
	const all = Array.from({ length: count }, (_, index) => ({ id: `base-${index}`, name: 'x' }));
	server.answer(({ url }, response) => {
		const { searchParams: query } = new URL(url, 'http://x');
		const [page, limit] = [Number(query.get('page') ?? 1), Number(query.get('limit'))];
		const data = all.slice((page - 1) * limit, page * limit);
		json(response, { data, has_more: data.length === limit, limit, total: count, page });
	});
}

describe('knowledgeBase.getAll', () => {
	it('is asked with the knowledge key, and lists the bases of everybody', async () => {
		serveBases(3);
		const { json: bases } = await server.run('knowledgeBase.getAll', { returnAll: true });
		expect(bases.map(({ id }) => id)).toEqual(['base-0', 'base-1', 'base-2']);
		expect(server.requests[0]?.headers.authorization).toBe('Bearer dataset-demo-key');
		expect(server.requests[0]?.url).toMatch(/^\/v1\/datasets\?.*include_all=true/);
	});

	it('asks for no page behind a full last one', async () => {
		serveBases(200);
		const { json: bases } = await server.run('knowledgeBase.getAll', { returnAll: true });
		expect(bases).toHaveLength(200);
		expect(server.requests).toHaveLength(2);
	});

	it('says that the key of an app opens no knowledge base', async () => {
		const body = { code: 'unauthorized', message: 'Access token is invalid', status: 401 };
		server.answer((_, response) => json(response, body, 401));
		const { error } = await server.run('knowledgeBase.getAll', {}, { apiKey: 'app-secret-1' });
		expect(error?.message).toBe('Dify does not accept the knowledge API key');
		expect(error?.description).toMatch(/dataset-…/);
		expect(JSON.stringify(error)).not.toContain('app-secret-1');
	});
});
