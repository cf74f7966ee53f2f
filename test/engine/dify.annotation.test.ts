import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const pair = { question: 'What is n8n?', answer: 'A tool that\nlinks others.' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('annotation.create, update and delete', () => {
	it('creates an annotation', async () => {
		const { json } = await runDify(simulator, 'annotation.create', pair);
		expect(json).toMatchObject([{ ...pair, hit_count: 0 }]);
		expect(conforming(simulator)).toMatchObject([{ status: 201, body: pair }]);
	});

	it.each(['question', 'answer'])('does not send an empty %s', async (field) => {
		const { error } = await runDify(simulator, 'annotation.create', {
			...pair,
			[field]: '={{ "" }}',
		});
		expect(error?.message).toMatch(new RegExp(`^${field} is empty$`, 'i'));
		expect(simulator.requests).toEqual([]);
	});

	it('replaces question and answer', async () => {
		const { id } = simulator.seed.annotation();
		const { json } = await runDify(simulator, 'annotation.update', {
			annotationId: picked(id),
			...pair,
		});
		expect(json).toMatchObject([{ id, ...pair }]);
		expect(conforming(simulator)).toMatchObject([{ method: 'PUT', body: pair }]);
	});

	it('trap: the empty answer to a deletion becomes { deleted: true }', async () => {
		const { id } = simulator.seed.annotation();
		const { json } = await runDify(simulator, 'annotation.delete', {
			annotationId: picked(id, 'id'),
		});
		expect(json).toEqual([{ deleted: true }]);
		expect(simulator.state.annotations.size).toBe(0);
		const [request] = conforming(simulator);
		expect(request).toMatchObject({ method: 'DELETE', status: 204 });
		expect(request?.body).toBeUndefined();
	});

	it.each(['annotation.update', 'annotation.delete'] as const)(
		'%s tells when the annotation is not there',
		async (operation) => {
			const { error } = await runDify(simulator, operation, { annotationId: UNKNOWN, ...pair });
			expect(error?.message).toMatch(/Annotation not found/);
			expect(error?.httpCode).toBe('404');
		},
	);
});

describe('annotation.getAll', () => {
	const seed = (count: number) =>
		Array.from(
			{ length: count },
			(_, i) => simulator.seed.annotation({ question: `q${i}`, createdAt: 1000 * i }).id,
		).reverse();

	it.each([100, 200, 230])(
		'trap: reads all %i by the total, for has_more is wrong after a full page',
		async (count) => {
			const ids = seed(count);
			const { json } = await runDify(simulator, 'annotation.getAll', { returnAll: true });
			expect(json.map(({ id }) => id)).toEqual(ids);
			expect(conforming(simulator)).toHaveLength(Math.ceil(count / 100));
		},
	);

	it('trap: never asks for more than 100 at once, for Dify would cut them without a word', async () => {
		const ids = seed(180);
		const { json } = await runDify(simulator, 'annotation.getAll', { limit: 150 });
		expect(json.map(({ id }) => id)).toEqual(ids.slice(0, 150));
		expect(conforming(simulator).map(({ query }) => query.limit)).toEqual(['100', '100']);
	});

	it('lets Dify search for a keyword', async () => {
		seed(12);
		const { json } = await runDify(simulator, 'annotation.getAll', { options: { keyword: 'q11' } });
		expect(json).toHaveLength(1);
		expect(conforming(simulator)[0]?.query).toEqual({ keyword: 'q11', limit: '50' });
	});
});

describe('annotation.configureReply and getReplyStatus', () => {
	const settings = {
		scoreThreshold: 0.85,
		embeddingProviderName: 'langgenius/openai/openai',
		embeddingModelName: 'text-embedding-3-small',
	};
	const body = {
		score_threshold: 0.85,
		embedding_provider_name: 'langgenius/openai/openai',
		embedding_model_name: 'text-embedding-3-small',
	};
	const configure = async (options = {}, more = {}) =>
		await runDify(simulator, 'annotation.configureReply', {
			action: 'enable',
			...settings,
			options,
			...more,
		});

	it.each(['enable', 'disable'])(
		'trap: sends all three settings to %s, which Dify needs for both',
		async (action) => {
			simulator.app().annotationReply = action === 'disable';
			const { json } = await configure({}, { action });
			expect(json).toEqual([{ job_id: expect.any(String), job_status: 'waiting' }]);
			const posts = conforming(simulator).filter(({ method }) => method === 'POST');
			expect(posts).toMatchObject([
				{ method: 'POST', path: `/v1/apps/annotation-reply/${action}`, body },
			]);
		},
	);

	it('trap: does not start the job that waits for ever when the reply is off already', async () => {
		const { json } = await configure({ waitForResult: true }, { action: 'disable' });
		expect(json).toEqual([{ job_id: null, job_status: 'completed', already_disabled: true }]);
		expect(conforming(simulator).map(({ path }) => path)).toEqual(['/v1/parameters']);
	});

	it('waits for the job on demand', async () => {
		const { json } = await configure({ waitForResult: true });
		expect(json).toEqual([{ job_id: expect.any(String), job_status: 'completed', error_msg: '' }]);
		expect(conforming(simulator).length).toBeGreaterThan(1);
	});

	it('trap: waits for the job that runs already when a second call gives it back', async () => {
		simulator.settings.annotationJobMs = 1500;
		const [first] = (await configure()).json;
		const { json } = await configure({ waitForResult: true });
		expect(json).toMatchObject([{ job_id: first?.job_id, job_status: 'completed' }]);
	});

	it('says why the job failed', async () => {
		const { error } = await configure(
			{ waitForResult: true },
			{ embeddingProviderName: 'unknown/provider' },
		);
		expect(error?.message).toMatch(/Provider unknown\/provider does not exist/);
		expect(error?.context.data).toMatchObject({ job_status: 'error' });
	});

	it('does not wait longer than it is told, and names the job', async () => {
		simulator.settings.annotationJobMs = 60_000;
		const { error } = await configure({ waitForResult: true, maxWait: 1 });
		expect(error?.message).toBe('The job is still waiting after 1 seconds');
		expect(error?.context.data?.job_id).toEqual(expect.any(String));
		expect(error?.description).toMatch(/Get Reply Status/);
	});

	it('stops waiting within a second when the execution is cancelled', async () => {
		simulator.settings.annotationJobMs = 60_000;
		const started = Date.now();
		await runDify(
			simulator,
			'annotation.configureReply',
			{ action: 'enable', ...settings, options: { waitForResult: true } },
			{ cancel: 1200 },
		);
		expect(Date.now() - started).toBeLessThan(2200);
		const asked = simulator.requests.length;
		await new Promise((resolve) => setTimeout(resolve, 1500));
		expect(simulator.requests).toHaveLength(asked);
	});

	it('tells how far a job is', async () => {
		const [job] = (await configure()).json;
		const { json } = await runDify(simulator, 'annotation.getReplyStatus', {
			action: 'enable',
			jobId: String(job?.job_id),
		});
		expect(json).toMatchObject([{ job_id: job?.job_id, error_msg: '' }]);
		expect(conforming(simulator)[1]?.path).toBe(
			`/v1/apps/annotation-reply/enable/status/${String(job?.job_id)}`,
		);
	});

	it('trap: a job is found only under the action that started it', async () => {
		const [job] = (await configure()).json;
		const { error } = await runDify(simulator, 'annotation.getReplyStatus', {
			action: 'disable',
			jobId: String(job?.job_id),
		});
		expect(error?.message).toMatch(/The job does not exist/);
		expect(error?.context.data).toMatchObject({ code: 'invalid_param' });
	});
});
