import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import {
	dataField,
	fieldNames,
	post,
	printedResponse,
	WireClient,
	type Frame,
} from './cybertron.helpers';

const DIALOG = '/openapi/v1/conversation/dialog/';
const SEGMENT = '/openapi/v1/conversation/segment';

describe('the simulated HTTP interface', () => {
	let simulator: CybertronSimulator;
	let auth: Record<string, string>;

	beforeEach(async () => {
		simulator = await startCybertronSimulator();
		auth = {
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			username: simulator.username,
		};
	});
	afterEach(async () => await simulator.close());
	const ask = (body: object) => post(simulator, DIALOG, { username: 'me', ...body });

	describe('dialog', () => {
		it('answers in the envelope, with a string id', async () => {
			const { status, json } = await ask({ question: 'Writing a poem', segment_code: 's' });
			expect(status).toBe(200);
			expect(json).toEqual({
				code: '000000',
				message: 'success',
				data: {
					type: 'string',
					dialog_id: expect.stringMatching(/^\d{19}$/),
					answer: 'You asked: Writing a poem',
				},
			});
		});

		it('spells the answer as printed, or as an object, when asked', async () => {
			const upper = await ask({ question: 'hi #upper' });
			expect(upper.json.data).toMatchObject({ Answer: 'You asked: hi' });
			expect(fieldNames(upper.json)).toEqual(fieldNames(printedResponse('dialog-http')));
			const chart = await post(
				simulator,
				DIALOG,
				{ username: 'me', question: '#chart', 'extra-body': 'b' },
				{ 'extra-header': 'h' },
			);
			expect(chart.json.data).toMatchObject({
				type: 'json',
				answer: {
					type: 'markdown',
					raw_data: { type: 'chart', raw: { extra_header: 'h', extra_body: 'b' } },
				},
			});
		});

		it('takes a question spelt Question for none', async () => {
			const { json } = await ask({ Question: 'hi' });
			expect(dataField(json, 'answer')).toBe('Hello! How can I help you today?');
		});

		it('refuses wrong keys, missing users and wrong types with status 200', async () => {
			const wrong = { 'cybertron-robot-token': 'x' };
			const refused = await post(simulator, DIALOG, { username: 'me', question: 'hi' }, wrong);
			expect(refused).toMatchObject({ status: 200, json: { code: '400000' } });
			expect(refused.json.message).toContain('Robot does not exist');
			const nobody = await post(simulator, DIALOG, { question: 'hi' }, { username: 'me' });
			expect(nobody.json).toMatchObject({ code: '400000', message: 'username is required' });
			expect((await ask({ question: 5 })).json).toMatchObject({ code: '400000' });
			expect(simulator.accepted.size).toBe(0);
		});

		it('may be busy while the socket works', async () => {
			const [robot] = simulator.state.robots;
			if (robot) robot.httpBusy = true;
			const { json } = await ask({ question: 'hi' });
			expect(dataField(json, 'answer')).toBe('The system is busy, please try again later');
			const client = await WireClient.open(simulator);
			expect((await client.round({ question: 'hi' })).at(-1)?.type).toBe('json');
			await client.close();
		});

		it('continues the latest session, or makes one, when none is named', async () => {
			await ask({ question: 'one', segment_code: 'first' });
			await ask({ question: 'two' });
			await post(simulator, DIALOG, { username: 'you', question: 'three' });
			const codes = ['me', 'you'].map((user) =>
				simulator.state.sessions.list(`${simulator.robotKey} ${user}`).map((s) => s.code),
			);
			expect(codes[0]).toEqual(['first']);
			expect(codes[1]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
		});
	});

	describe('paths', () => {
		it('redirects a path without its slash, and a POST loses its body on the way', async () => {
			const path = DIALOG.slice(0, -1);
			const manual = await fetch(simulator.origin + path, { method: 'POST', redirect: 'manual' });
			expect(manual.status).toBe(301);
			expect(manual.headers.get('location')).toBe(DIALOG);
			const followed = await post(simulator, path, { username: 'me', question: 'hi' });
			expect(followed).toEqual({ status: 405, json: { detail: 'Method "GET" not allowed.' } });
		});

		it('has no HTTP version of the chatflow', async () => {
			const response = await fetch(`${simulator.origin}/openapi/v2/conversation/dialog/`);
			expect(response.status).toBe(404);
			expect(await response.text()).toContain('404 Not Found');
		});

		it('refuses a body that is no JSON', async () => {
			const init = { method: 'POST', headers: auth, body: '{"question"' };
			const response = await fetch(simulator.origin + DIALOG, init);
			expect(response.status).toBe(400);
		});
	});

	describe('sessions', () => {
		it('creates a session with credentials in the body', async () => {
			const response = await fetch(`${simulator.origin}${SEGMENT}/create/`, {
				method: 'POST',
				body: JSON.stringify({
					username: 'me',
					cybertron_robot_key: simulator.robotKey,
					cybertron_robot_token: simulator.robotToken,
				}),
			});
			const json = (await response.json()) as Frame;
			expect(dataField(json, 'segment_code')).toMatch(/^[0-9a-f-]{36}$/);
		});

		it('lists sessions in pages, latest first, with the count as a text', async () => {
			for (let i = 1; i <= 25; i++) await ask({ question: `q${i}`, segment_code: `s${i}` });
			const list = (body: object) =>
				post(simulator, `${SEGMENT}/get_list/`, { username: 'me', filter_mode: 0, ...body });
			const last = await list({ page: 3, pagesize: 10 });
			expect(last.json.data).toMatchObject({
				total: 25,
				page: 3,
				page_size: 10,
				has_next: false,
				has_previous: true,
				max_page_num: 3,
			});
			const rows = dataField(last.json, 'list') as Array<Record<string, unknown>>;
			expect(rows.map((row) => row.segment_code)).toEqual(['s5', 's4', 's3', 's2', 's1']);
			expect(rows[0]).toEqual({
				segment_code: 's5',
				segment_name: 'q5',
				user_code: 'me',
				create_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
				message_source: 'openapi-http',
				chat_count: '1',
			});
			const chosen = await list({ segment_code_list: ['s1', 's2'] });
			expect(chosen.json.data).toMatchObject({ total: 2, has_next: false });
			expect((await list({ create_end_time: '2001-01-01 00:00:00' })).json.data).toMatchObject({
				total: 0,
			});
			expect((await list({ message_source: 'openapi-ws' })).json.data).toMatchObject({ total: 0 });
		});

		it.each([
			{ filter_mode: 1 },
			{ filter_mode: 2 },
			{ page: 0 },
			{ pagesize: 'many' },
			{ create_start_time: 'yesterday' },
		])('refuses a list with %j', async (body) => {
			const { json } = await post(simulator, `${SEGMENT}/get_list/`, { username: 'me', ...body });
			expect(json.code).toBe('400000');
		});

		it('keeps the exchanges of both transports and finds them by question', async () => {
			await ask({ question: 'What is n8n?', segment_code: 's' });
			await ask({ question: 'summary #malformed', segment_code: 's' });
			const client = await WireClient.open(simulator);
			await client.round({ question: 'over ws', segment_code: 's', username: 'me' });
			await client.close();
			const detail = (body: object) =>
				post(simulator, `${SEGMENT}/detail_list/`, { username: 'me', ...body });
			const all = await detail({ segment_code: 's', pagesize: 2 });
			expect(all.json.data).toMatchObject({ total: 3, has_next: true, max_page_num: 2 });
			const found = await detail({ segment_code: 's', question: 'n8n' });
			expect(dataField(found.json, 'list')).toEqual([
				{
					segment_code: 's',
					user_code: 'me',
					create_time: expect.any(String),
					message_source: 'openapi-http',
					dialog_id: expect.stringMatching(/^\d{19}$/),
					question: 'What is n8n?',
					answer: 'You asked: What is n8n?',
				},
			]);
			const malformed = await detail({ segment_code: 's', question: 'summary' });
			expect(JSON.stringify(malformed.json)).toContain("{'summary': \\\"He said");
			const ws = await detail({ segment_code: 's', message_source: 'openapi-ws' });
			expect(ws.json.data).toMatchObject({ total: 1 });
			expect((await detail({})).json.code).toBe('400000');
		});
	});

	it('serves several robots apart', async () => {
		await simulator.close();
		simulator = await startCybertronSimulator({
			robots: [
				{ key: 'key-1', token: 't1', usernames: ['ann'] },
				{ key: 'key-2', token: 't2', tenants: ['AiopsTest'] },
			],
		});
		const as = (key: string, token: string, username: string) =>
			post(
				simulator,
				DIALOG,
				{ username, question: 'hi' },
				{ 'cybertron-robot-key': key, 'cybertron-robot-token': token },
			);
		expect(simulator.username).toBe('ann');
		expect((await as('key-1', 't1', 'ann')).json.code).toBe('000000');
		expect((await as('key-1', 't1', 'bob')).json.message).toBe('User does not exist');
		expect((await as('key-1', 't2', 'ann')).json.code).toBe('400000');
		expect((await as('key-2', 't2', 'bob')).json.code).toBe('000000');
	});
});
