import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

describe('app', () => {
	it('gives the info of the app that the key belongs to', async () => {
		const { json, items } = await runDify(simulator, 'app.getInfo');
		expect(json).toEqual([
			{
				name: 'Demo Chatflow',
				description: 'A simulated Chatflow app',
				tags: ['demo', 'simulator'],
				mode: 'advanced-chat',
				author_name: 'Simulator',
			},
		]);
		expect(items[0]?.pairedItem).toEqual({ item: 0 });
		expect(conforming(simulator)).toMatchObject([{ method: 'GET', path: '/v1/info' }]);
	});

	it('gives the parameters with every kind of input', async () => {
		const { json } = await runDify(simulator, 'app.getParameters');
		const form = json[0]?.user_input_form as object[];
		expect(form.flatMap((control) => Object.keys(control))).toEqual(
			expect.arrayContaining(['text-input', 'select', 'number', 'checkbox', 'file', 'file-list']),
		);
		expect(json[0]).toMatchObject({
			opening_statement: 'Hello! How can I help you today?',
			text_to_speech: { enabled: true, voice: 'alloy', language: 'en-US', autoPlay: 'disabled' },
			system_parameters: { file_size_limit: 15 },
		});
		expect(conforming(simulator)).toMatchObject([{ method: 'GET', path: '/v1/parameters' }]);
	});

	it('gives a nullable opening statement as null', async () => {
		simulator.app().openingStatement = null;
		const { json } = await runDify(simulator, 'app.getParameters');
		expect(json[0]?.opening_statement).toBeNull();
	});

	it('gives fewer fields of the parameters on demand', async () => {
		const { json } = await runDify(simulator, 'app.getParameters', { options: { simplify: true } });
		expect(Object.keys(json[0] ?? {}).sort()).toEqual([
			'file_upload',
			'opening_statement',
			'suggested_questions',
			'system_parameters',
			'user_input_form',
		]);
	});

	it('gives the meta data with icons as URLs and as emoji', async () => {
		const { json } = await runDify(simulator, 'app.getMeta');
		expect(json).toEqual([{ tool_icons: simulator.app().toolIcons }]);
		expect(conforming(simulator)).toMatchObject([{ method: 'GET', path: '/v1/meta' }]);
	});

	it('gives the settings of the site', async () => {
		const { json } = await runDify(simulator, 'app.getSite');
		expect(json).toEqual([simulator.app().site]);
		const { json: simple } = await runDify(simulator, 'app.getSite', {
			options: { simplify: true },
		});
		expect(simple[0]).toMatchObject({ title: 'Demo Chatflow', default_language: 'en-US' });
		expect(Object.keys(simple[0] ?? {})).toHaveLength(6);
		expect(conforming(simulator)).toMatchObject([{ path: '/v1/site' }, { path: '/v1/site' }]);
	});

	it('says what to do when the app has no site', async () => {
		simulator.app().site = null;
		const { error } = await runDify(simulator, 'app.getSite');
		expect(error?.message).toMatch(/does not allow this request/);
		expect(error?.httpCode).toBe('403');
		expect(error?.context.data).toMatchObject({ code: 'forbidden' });
		expect(error?.description).toMatch(/site/);
	});

	it('says what to do when the app is not published', async () => {
		simulator.app().published = false;
		const { error } = await runDify(simulator, 'app.getParameters');
		expect(error?.message).toBe('The Dify app is not available');
		expect(error?.context.data).toMatchObject({ code: 'app_unavailable', status: 400 });
	});

	it('gives one item for every input item, paired with it, in order', async () => {
		const items = [{ json: {} }, { json: {} }, { json: {} }];
		const result = await runDify(
			simulator,
			'app.getInfo',
			{ options: { concurrency: 3 } },
			{ items },
		);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(conforming(simulator)).toHaveLength(3);
	});
});
