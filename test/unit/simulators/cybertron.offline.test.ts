import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import { dataField, fieldNames, printedResponse, type Frame } from './cybertron.helpers';

const UPLOAD = '/openapi/v1/chatflow/offline_upload_file/';
const STATUS = '/openapi/v1/chatflow/get_offline_file_status/';

describe('simulated offline files', () => {
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
