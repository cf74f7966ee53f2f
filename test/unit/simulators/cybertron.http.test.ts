import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import { dataField, post, until, WireClient, type Frame } from './cybertron.helpers';

const DIALOG = '/openapi/v1/conversation/dialog/';
const UPLOAD = '/openapi/v1/chatflow/offline_upload_file/';
const STATUS = '/openapi/v1/chatflow/get_offline_file_status/';
const SEGMENT = '/openapi/v1/conversation/segment';

/** A printed HTTP example: request and response as raw texts. */
function printedResponse(name: 'dialog-http' | 'offline-status'): Frame {
	const file = join(__dirname, '..', '..', 'fixtures', 'cybertron', `${name}.json`);
	const { response } = JSON.parse(readFileSync(file, 'utf8')) as { response: string };
	return JSON.parse(response) as Frame;
}

/** The names of all fields, in their order. */
const fieldNames = (frame: Frame) => [Object.keys(frame), Object.keys(Object(frame.data))];

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
	const control = async (method: string, path: string, body?: object) => {
		const init = body ? { method, body: JSON.stringify(body) } : { method };
		const response = await fetch(`${simulator.origin}/_control/${path}`, init);
		return (await response.json()) as Frame;
	};

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

	describe('offline files', () => {
		const formOf = (fields: Record<string, string>, content: Uint8Array = Buffer.from('pdf')) => {
			const form = new FormData();
			const all = {
				username: 'me',
				flow_uuid: 'f',
				tenant_name: 'AiopsTest',
				extra_params: 'text',
				file_name: 'a.pdf',
				parse_model: 'gpt-4o',
				...fields,
			};
			for (const [name, value] of Object.entries(all)) form.append(name, value);
			form.append('file', new Blob([content], { type: 'application/pdf' }), 'a.pdf');
			return form;
		};
		const upload = async (form: FormData) => {
			const response = await fetch(simulator.origin + UPLOAD, {
				method: 'POST',
				headers: auth,
				body: form,
			});
			return (await response.json()) as Frame;
		};
		const poll = async (id: unknown) => {
			const response = await fetch(`${simulator.origin}${STATUS}?file_id=${id}`, { headers: auth });
			return (await response.json()) as Frame;
		};
		const statuses = async (fields: Record<string, string>) => {
			const id = dataField(await upload(formOf(fields)), 'id');
			const seen: Frame[] = [];
			for (let i = 0; i < 6; i++) seen.push(await poll(id));
			return seen;
		};

		it('keeps the bytes and counts status by status on every poll', async () => {
			const content = Buffer.from([0, 1, 2, 13, 10, 45, 45, 255]);
			const { code, data } = await upload(formOf({}, content));
			expect({ code, data }).toEqual({ code: '000000', data: { id: 6, status: '1' } });
			const stored = simulator.state.files.get(6);
			expect(stored?.upload).toMatchObject({
				field: 'file',
				fileName: 'a.pdf',
				contentType: 'application/pdf',
				size: content.length,
				bytes: content,
			});
			const seen = [];
			for (let i = 0; i < 6; i++) seen.push(await poll(6));
			expect(seen.map((answer) => dataField(answer, 'status'))).toEqual([1, 2, 4, 5, 7, 7]);
			expect(seen.map((answer) => dataField(answer, 'llm_content'))).toEqual([
				...[null, null, null, null],
				...['Summary of the file.', 'Summary of the file.'],
			]);
			expect(seen[0]).toEqual({
				code: '000000',
				message: 'susses',
				data: {
					file_id: 6,
					status: 1,
					error_msg: '',
					file_name: 'a.pdf',
					parse_content: [],
					llm_content: null,
				},
			});
			expect(seen.map(fieldNames)).toEqual(
				seen.map(() => fieldNames(printedResponse('offline-status'))),
			);
			expect(seen[3]?.message).toBe(printedResponse('offline-status').message);
			expect(dataField(seen[3], 'parse_content')).toMatch(/^```json\n\{.*\}\n```$/);
		});

		it('ends with status 8 and a content in ocr mode', async () => {
			const last = (await statuses({ extra_params: 'ocr' })).at(-1);
			expect(last?.data).toMatchObject({ status: 8, error_msg: 'flow failed' });
			expect(dataField(last, 'parse_content')).toContain('```json');
		});

		it.each([
			['3', [1, 3, 3, 3, 3, 3], 'upload failed'],
			['6', [1, 2, 4, 6, 6, 6], 'parse failed'],
			['8', [1, 2, 4, 5, 8, 8], 'flow failed'],
			['5', [1, 2, 4, 5, 5, 5], ''],
		])('ends with status %s when asked', async (last, expected, message) => {
			const seen = await statuses({ parse_prompt: `x #finish:${last} #content:empty` });
			expect(seen.map((answer) => dataField(answer, 'status'))).toEqual(expected);
			expect(seen.at(-1)?.data).toMatchObject({ error_msg: message, parse_content: [] });
			expect(dataField(seen[0], 'error_msg')).toBe('');
		});

		it.each([
			['repr', /^\['\[\{"text": "\\\\message1"/],
			['plain', /^The text/],
			['partial', /^```json\n[^`]*$/],
		])('spells the content as %s', async (content, expected) => {
			const last = (await statuses({ inputs: `{"note":" #content:${content} "}` })).at(-1);
			expect(dataField(last, 'parse_content')).toMatch(expected);
		});

		it.each(['flow_uuid', 'tenant_name', 'parse_model'])('insists on %s', async (name) => {
			expect(await upload(formOf({ [name]: '' }))).toMatchObject({
				code: '400000',
				message: `${name} is required`,
			});
		});

		it('wants key, token and user in headers for the status, and a known file', async () => {
			const id = dataField(await upload(formOf({})), 'id');
			const { username, ...rest } = auth;
			const url = `${simulator.origin}${STATUS}?file_id=${id}&username=${username}`;
			const response = await fetch(url, { headers: rest });
			expect(await response.json()).toMatchObject({ code: '400000' });
			expect(await poll(99)).toMatchObject({ code: '400000' });
			expect(await poll('')).toMatchObject({ message: 'file_id is required' });
		});

		it('moves on by time or by hand', async () => {
			simulator.state.files.progress = { mode: 'manual', stepMs: 0 };
			const { id } = simulator.state.files.create({ fileName: 'b.wav' });
			await poll(id);
			expect(dataField(await poll(id), 'status')).toBe(1);
			simulator.state.files.advance(id);
			expect(dataField(await poll(id), 'status')).toBe(2);
			simulator.state.files.progress = { mode: 'time', stepMs: 10 };
			await new Promise((resolve) => setTimeout(resolve, 50));
			expect(dataField(await poll(id), 'status')).toBe(7);
		});

		it('takes big files as a stream, hashing them and forgetting their bytes', async () => {
			const megabytes = 64;
			const chunk = Buffer.alloc(1024 * 1024, '\r\n--almost');
			const boundary = 'xyz';
			const part = (name: string, value: string) =>
				`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
			const fields = { flow_uuid: 'f', tenant_name: 't', extra_params: 'x', parse_model: 'm' };
			const head = Object.entries({ ...fields, file_name: 'big.bin' }).map(([n, v]) => part(n, v));
			const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n`;
			const hash = createHash('sha256');
			const answer = await new Promise<string>((resolve, reject) => {
				const request = httpRequest(
					simulator.origin + UPLOAD,
					{
						method: 'POST',
						headers: { ...auth, 'content-type': `multipart/form-data; boundary=${boundary}` },
					},
					(response) => {
						let text = '';
						response.on('data', (data: Buffer) => (text += data.toString()));
						response.on('end', () => resolve(text));
					},
				);
				request.on('error', reject);
				request.write(head.join('') + file);
				let sent = 0;
				const next = (): void => {
					if (sent++ === megabytes) return void request.end(`\r\n--${boundary}--\r\n`);
					hash.update(chunk);
					request.write(chunk, next);
				};
				next();
			});
			expect(JSON.parse(answer)).toMatchObject({ code: '000000' });
			const [stored] = simulator.state.files.list();
			expect(stored?.upload?.size).toBe(megabytes * 1024 * 1024);
			expect(stored?.upload?.sha256).toBe(hash.digest('hex'));
			expect(stored?.upload?.bytes).toBeUndefined();
		});

		it('refuses a form that ends too early', async () => {
			const response = await fetch(simulator.origin + UPLOAD, {
				method: 'POST',
				headers: { ...auth, 'content-type': 'multipart/form-data; boundary=b' },
				body: '--b\r\nContent-Disposition: form-data; name="mode"\r\n\r\n2',
			});
			expect(await response.json()).toMatchObject({ message: 'The form ends too early' });
		});
	});

	describe('faults', () => {
		it('answers another status a number of times', async () => {
			const directives = '#status 429 #retry-after 2';
			simulator.faults.add({ on: 'http', path: '/dialog/', directives, times: 2 });
			const call = () =>
				fetch(simulator.origin + DIALOG, {
					method: 'POST',
					headers: auth,
					body: JSON.stringify({ username: 'me', question: 'hi' }),
				});
			const [first, second, third] = [await call(), await call(), await call()];
			expect([first.status, second.status, third.status]).toEqual([429, 429, 200]);
			expect(first.headers.get('retry-after')).toBe('2');
			expect(await first.text()).toContain('<h1>429 Too Many Requests</h1>');
			expect(simulator.accepted.get('hi')).toBe(1);
			expect(simulator.requests.map((request) => request.status)).toEqual([429, 429, 200]);
		});

		it('answers an envelope with another status', async () => {
			const { status, json } = await ask({ question: '#status 500 #json' });
			expect({ status, json }).toMatchObject({ status: 500, json: { code: '500000' } });
		});

		it('loses requests before, and answers after they were processed', async () => {
			await expect(ask({ question: '#reset' })).rejects.toThrow();
			await expect(ask({ question: '#lost' })).rejects.toThrow();
			await expect(ask({ question: '#truncate' })).rejects.toThrow();
			await expect(ask({ question: '#invalid-json' })).rejects.toThrow(/JSON/);
			const accepted = Object.fromEntries(simulator.accepted);
			expect(accepted).toEqual({ '#lost': 1, '#truncate': 1, '#invalid-json': 1 });
		});

		it('answers late, or never', async () => {
			const started = Date.now();
			await ask({ question: '#delay 60' });
			expect(Date.now() - started).toBeGreaterThanOrEqual(59);
			const signal = AbortSignal.timeout(60);
			const init = { method: 'POST', headers: auth, signal, body: '{"question":"#stall"}' };
			await expect(fetch(simulator.origin + DIALOG, init)).rejects.toThrow(/timeout/);
		});

		it('refuses any call with a code', async () => {
			simulator.faults.add({ on: 'http', path: STATUS, directives: '#error:500000', times: 1 });
			const response = await fetch(`${simulator.origin}${STATUS}?file_id=1`, { headers: auth });
			expect(await response.json()).toMatchObject({ code: '500000' });
		});
	});

	describe('control', () => {
		it('shows and forgets what happened', async () => {
			await ask({ question: 'hi' });
			await ask({ question: 'hi' });
			expect(await control('GET', 'accepted')).toEqual({ hi: 2 });
			expect(await control('GET', 'requests')).toMatchObject([
				{ method: 'POST', path: DIALOG, body: { question: 'hi' }, status: 200 },
				{ method: 'POST' },
			]);
			await control('POST', 'reset');
			expect(await control('GET', 'accepted')).toEqual({});
			expect(simulator.requests).toEqual([]);
		});

		it('takes faults, scripts, settings and files', async () => {
			await control('POST', 'faults', { on: 'http', directives: '#error:500000', times: 1 });
			expect((await ask({ question: 'hi' })).json.code).toBe('500000');
			await control('POST', 'scripts', {
				name: 'printed',
				transcript: 'three-rounds',
				match: { segmentCode: 'seg' },
			});
			await control('POST', 'settings', { latencyMs: 1 });
			const client = await WireClient.open(simulator);
			const frames = await client.round({ question: '', segment_code: 'seg' });
			expect(frames).toHaveLength(9);
			expect(await control('GET', 'state')).toMatchObject({
				openSockets: 1,
				counters: { connections: 1 },
				faultsStruck: 1,
				settings: { latencyMs: 1 },
			});
			expect(await control('GET', 'received')).toMatchObject([{ json: { segment_code: 'seg' } }]);
			expect(await control('POST', 'disconnect', { abrupt: true })).toEqual({ closed: 1 });
			await until(() => simulator.openSockets() === 0);
			const file = await control('POST', 'files', { fileName: 'c.txt' });
			await control('POST', 'files/progress', { mode: 'manual' });
			await control('POST', 'files/change', { id: file.id, parseContent: 'changed', position: 3 });
			await control('POST', 'files/advance', { id: file.id });
			expect(await control('GET', 'files')).toMatchObject([
				{ id: file.id, position: 4, parseContent: 'changed' },
			]);
			expect(await control('GET', 'nonsense')).toMatchObject({ error: 'unknown' });
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
