import { createHash } from 'node:crypto';
import { startDifySimulator, type DifySimulator } from '../../simulators/dify/index';
import { call, chat, chatBody, dataOf, named, type Answer, type Dict } from './dify.helpers';

const MIB = 1024 * 1024;

type Content = string | Buffer | ArrayBuffer;

describe('files and audio of the Dify simulator', () => {
	let simulator: DifySimulator;

	beforeAll(async () => {
		simulator = await startDifySimulator({ settings: { idleTimeoutMs: 150 } });
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await simulator.close();
	});

	function form(content: Content, name: string, type: string, user?: string): FormData {
		const data = new FormData();
		data.append('file', new Blob([content], { type }), name);
		if (user !== undefined) data.append('user', user);
		return data;
	}

	async function upload(name: string, type: string, content: Content = 'content'): Promise<Answer> {
		return await call(simulator, 'POST', '/files/upload', form(content, name, type, 'abc'));
	}

	/** Sends a multipart body written by hand. */
	async function raw(body: string): Promise<Answer> {
		const response = await fetch(`${simulator.baseUrl}/files/upload`, {
			method: 'POST',
			headers: {
				Authorization: `Bearer ${simulator.apiKey}`,
				'Content-Type': 'multipart/form-data; boundary=xyz',
			},
			body,
		});
		const text = await response.text();
		return {
			status: response.status,
			headers: response.headers,
			text,
			json: JSON.parse(text) as Dict,
		};
	}

	const local = (id: unknown): Dict => ({
		type: 'document',
		transfer_method: 'local_file',
		upload_file_id: id,
	});

	it('stores an upload with the fields of real servers', async () => {
		const { status, json } = await upload('Füße 1.txt', 'text/plain');
		expect(status).toBe(201);
		expect(json).toMatchObject({
			...{ name: 'Füße 1.txt', size: 7, extension: 'txt', mime_type: 'text/plain' },
			...{ user_id: null, file_key: null, preview_url: null, reference: json.id },
			source_url: expect.stringMatching(/^\/files\/.*\/file-preview\?timestamp=/),
		});
		expect(simulator.requests.at(-1)?.body).toEqual({
			fields: { user: 'abc' },
			files: [
				{
					...{ field: 'file', filename: 'Füße 1.txt', mimeType: 'text/plain', size: 7 },
					sha256: createHash('sha256').update('content').digest('hex'),
				},
			],
		});
	});

	it('refuses what is no single named file', async () => {
		const nothing = new FormData();
		nothing.append('user', 'abc');
		const codes = async (data: FormData) =>
			(await call(simulator, 'POST', '/files/upload', data)).json.code;
		expect(await codes(nothing)).toBe('no_file_uploaded');
		const two = form('a', 'a.txt', 'text/plain');
		two.append('file', new Blob(['b']), 'b.txt');
		expect(await codes(two)).toBe('too_many_files');
		const disposition = 'Content-Disposition: form-data; name="file"; filename=';
		const noType = await raw(`--xyz\r\n${disposition}"a.txt"\r\n\r\nhello\r\n--xyz--\r\n`);
		expect(noType.json).toMatchObject({ code: 'unsupported_file_type', status: 415 });
		const typed = 'Content-Type: text/plain';
		const noName = await raw(`--xyz\r\n${disposition}""\r\n${typed}\r\n\r\nhello\r\n--xyz--\r\n`);
		expect(noName.json.code).toBe('filename_not_exists_error');
		const slash = await raw(
			`--xyz\r\n${disposition}"a/b.txt"\r\n${typed}\r\n\r\nhello\r\n--xyz--\r\n`,
		);
		expect(slash.status).toBe(400);
	});

	it('limits sizes by kind with an empty message, and whole bodies with HTML', async () => {
		simulator.settings.uploadLimitsMb.image = 1;
		const large = Buffer.alloc(2 * MIB);
		expect((await upload('a.png', 'image/png', large)).json).toEqual({
			...{ code: 'file_too_large', message: '', status: 413 },
		});
		expect((await upload('a.pdf', 'application/pdf', large)).status).toBe(201);
		simulator.settings.bodyLimitMb = 1;
		const proxy = await upload('a.pdf', 'application/pdf', large);
		expect(proxy.status).toBe(413);
		expect(proxy.text).toContain('<h1>Request Entity Too Large</h1>');
	});

	it('shows only files that are attached to a message', async () => {
		const bytes = Buffer.from([0, 1, 2, 255, 13, 10, 45, 45]);
		const id = String((await upload('data.bin', 'application/x-thing', bytes)).json.id);
		const preview = `${simulator.baseUrl}/files/${id}/preview`;
		const headers = { Authorization: `Bearer ${simulator.apiKey}` };
		expect((await call(simulator, 'GET', `/files/${id}/preview`)).json.code).toBe('file_not_found');
		await chat(simulator, 'hi', { inputs: { document: local(id) } });
		expect((await fetch(preview, { headers })).status).toBe(404);
		await chat(simulator, '#attached', { files: [local(id)] });
		const shown = await fetch(preview, { headers });
		expect(shown.headers.get('content-type')).toBe('application/x-thing');
		expect(shown.headers.get('content-length')).toBe('8');
		expect(Buffer.from(await shown.arrayBuffer())).toEqual(bytes);
		const forced = await fetch(`${preview}?as_attachment=true`, { headers });
		expect(forced.headers.get('content-type')).toBe('application/octet-stream');
		expect(forced.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''data.bin");
		await forced.arrayBuffer();
		const other = await call(simulator, 'GET', `/files/${id}/preview`, undefined, 'app-second-key');
		expect(other.json.code).toBe('file_access_denied');
	});

	it('never shows HTML in the browser', async () => {
		const page = simulator.seed.file({ name: 'page.html', mimeType: 'text/html' });
		const { headers } = await call(simulator, 'GET', `/files/${page.id}/preview`);
		expect(headers.get('content-disposition')).toMatch(/^attachment/);
	});

	it('lets a file be used only by the user who uploaded it, with the right type', async () => {
		const id = (await upload('a.txt', 'text/plain')).json.id;
		const answer = async (extra: Dict) =>
			await call(simulator, 'POST', '/chat-messages', {
				...chatBody('#attached'),
				response_mode: 'blocking',
				...extra,
			});
		expect((await answer({ files: [local(id)] })).json.answer).toBe(
			'Files: a.txt (document, 7 bytes)',
		);
		const foreign = await answer({ files: [local(id)], user: 'other' });
		expect(foreign.json).toMatchObject({ code: 'invalid_param', message: 'Invalid upload file' });
		const wrongType = await answer({ files: [{ ...local(id), type: 'image' }] });
		// The type is not checked: the file is what it was uploaded as.
		expect(wrongType.status).toBe(200);
		const streamed = await chat(simulator, 'hi', { files: [local(id)], user: 'other' });
		expect(streamed).toEqual([{ event: 'ping' }]);
	});

	it('shares files of nobody among all who name no user', async () => {
		await call(simulator, 'POST', '/files/upload', form('x', 'x.txt', 'text/plain'));
		const [user] = [...simulator.state.endUsers.values()];
		expect(user).toMatchObject({ sessionId: 'DEFAULT-USER', isAnonymous: true });
	});

	it('keeps large uploads and downloads out of memory, byte for byte', async () => {
		simulator.settings.fileMemoryLimitBytes = MIB;
		const content = Buffer.alloc(9 * MIB, 'abcdefghijk');
		const { json } = await upload('big.pdf', 'application/pdf', content);
		const stored = simulator.state.files.get(String(json.id));
		expect(stored?.bytes.content).toBeNull();
		const sha256 = createHash('sha256').update(content).digest('hex');
		expect(stored?.bytes).toMatchObject({ size: content.length, sha256 });
		await chat(simulator, 'hi', { files: [local(json.id)] });
		const response = await fetch(`${simulator.baseUrl}/files/${String(json.id)}/preview`, {
			headers: { Authorization: `Bearer ${simulator.apiKey}` },
		});
		const hash = createHash('sha256').update(Buffer.from(await response.arrayBuffer()));
		expect(hash.digest('hex')).toBe(sha256);
	});

	it('serves files of any size without storing them', async () => {
		const { id } = simulator.seed.file({ name: 'huge.bin', size: 64 * MIB + 5 });
		const response = await fetch(`${simulator.baseUrl}/files/${id}/preview`, {
			headers: { Authorization: `Bearer ${simulator.apiKey}` },
		});
		let size = 0;
		for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
			size += chunk.length;
		expect(size).toBe(64 * MIB + 5);
	});

	it('puts made files at the end of a message, with a relative signed url', async () => {
		const events = await chat(simulator, '#files 2 for me');
		const [end] = named(events, 'message_end') as Array<{ files: Dict[] }>;
		expect(end?.files).toHaveLength(2);
		expect(dataOf(events.at(-1)).files).toEqual(end?.files);
		const url = String(end?.files[0]?.url);
		expect(url).toMatch(/^\/files\/tools\//);
		expect(await (await fetch(simulator.origin + url)).text()).toBe('File 1 for: for me\n');
		expect((await fetch(`${simulator.origin}${url}x`)).status).toBe(403);
		simulator.settings.filesUrl = simulator.origin;
		const [absolute] = named(await chat(simulator, '#files'), 'message_end') as Array<{
			files: Dict[];
		}>;
		expect(String(absolute?.files[0]?.url)).toMatch(
			new RegExp(`^${simulator.origin}/files/tools/`),
		);
	});

	it('hears only the MIME types of the white list', async () => {
		const hear = async (type: string) =>
			await call(simulator, 'POST', '/audio-to-text', form('sound', 'a.mp3', type));
		for (const type of ['audio/mp3', 'audio/m4a', 'audio/wav', 'audio/amr', 'audio/mpga']) {
			expect((await hear(type)).json.text).toBe('Transcript of a.mp3 (5 bytes)');
		}
		expect((await hear('audio/mpeg')).json).toMatchObject({
			code: 'unsupported_audio_type',
			status: 415,
		});
		const nothing = new FormData();
		nothing.append('user', 'abc');
		expect((await call(simulator, 'POST', '/audio-to-text', nothing)).json.code).toBe(
			'no_audio_uploaded',
		);
		simulator.app().speechToText = false;
		expect((await hear('audio/mp3')).json.code).toBe('invalid_param');
	});

	it('speaks chunked audio that it can hear again', async () => {
		const response = await fetch(`${simulator.baseUrl}/text-to-audio`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${simulator.apiKey}`, 'Content-Type': 'application/json' },
			body: JSON.stringify({ text: 'Grüezi mitenand', user: 'abc' }),
		});
		expect(response.headers.get('content-type')).toBe('audio/mpeg');
		expect(response.headers.get('transfer-encoding')).toBe('chunked');
		const audio = await response.arrayBuffer();
		const heard = await call(
			simulator,
			'POST',
			'/audio-to-text',
			form(audio, 'a.mp3', 'audio/mp3'),
		);
		expect(heard.json.text).toBe('Grüezi mitenand');
	});

	it('prefers message_id to text, and says null for an unknown one', async () => {
		const speak = async (body: Dict) => await call(simulator, 'POST', '/text-to-audio', body);
		const unknown = await speak({ message_id: '11111111-2222-4333-8444-555555555555', text: 'hi' });
		expect([unknown.status, unknown.text]).toEqual([200, 'null']);
		const message = simulator.seed.message({ answer: 'the answer' });
		expect((await speak({ message_id: message.id, text: 'no' })).text).toContain('the answer');
		expect((await speak({})).json).toMatchObject({ code: 'invalid_param', status: 400 });
		simulator.app().textToSpeech.enabled = false;
		expect((await speak({ text: 'hi' })).json).toMatchObject({
			code: 'invalid_param',
			status: 400,
		});
	});
});
