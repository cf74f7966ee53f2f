import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, RecordedRequest } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { conforming, runDify } from '../support/dify/run';
import { readBinary, storeBinary } from '../support/engine';

/** Files that go out, files and audio that come in, and the input variables of an app. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

async function ask(query: string, parameters: INodeParameters = {}, run: DifyRun = {}) {
	return await runDify(simulator, 'chat.send', { query, user: 'ann', ...parameters }, run);
}

async function itemWith(
	...files: Array<[field: string, fileName: string, mimeType: string]>
): Promise<INodeExecutionData[]> {
	const stored = await Promise.all(
		files.map(async ([field, fileName, mimeType]) => [
			field,
			await storeBinary(Buffer.from(`content of ${fileName}`), { fileName, mimeType }),
		]),
	);
	return [{ json: {}, binary: Object.fromEntries(stored) as INodeExecutionData['binary'] }];
}

const files = (...file: INodeParameters[]): INodeParameters => ({ files: { file } });
const fromBinary = (binaryPropertyName: string, type = 'auto') => ({
	source: 'binary',
	binaryPropertyName,
	type,
});
const chats = () => simulator.requests.filter(({ path }) => path === '/v1/chat-messages');
const uploads = () => simulator.requests.filter(({ path }) => path === '/v1/files/upload');
const sentFiles = () => (chats().at(-1)?.body as { files?: unknown[] }).files;
const sentInputs = () => (chats().at(-1)?.body as { inputs: unknown }).inputs;
const UUID = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as unknown;

describe('files of the item', () => {
	it('are uploaded first, by the same user, and then sent along', async () => {
		const items = await itemWith(['data', 'a b.pdf', 'application/pdf']);
		const { json, error } = await ask('#attached', files(fromBinary('data')), { items });
		expect(error).toBeUndefined();
		expect(json[0]?.answer).toBe('Files: a b.pdf (document, 18 bytes)');
		expect(uploads()[0]?.body).toMatchObject({ fields: { user: 'ann' } });
		expect(conforming(simulator).map(({ path }) => path)).toEqual([
			'/v1/files/upload',
			'/v1/parameters',
			'/v1/chat-messages',
		]);
	});

	it.each([
		['photo.JPG', 'image/jpeg', 'image'],
		['photo', 'image/png', 'image'],
		['memo.mp3', 'application/octet-stream', 'audio'],
		['sound', 'audio/wav', 'audio'],
		['film.mp4', 'video/mp4', 'video'],
		['notes.md', 'text/markdown', 'document'],
		['notes', 'text/plain', 'document'],
		['table.xlsx', 'application/octet-stream', 'document'],
	])('are of the type that name and MIME type tell: %s, %s is %s', async (name, mime, type) => {
		const items = await itemWith(['data', name, mime]);
		await ask('hi', files(fromBinary('data')), { items });
		expect(sentFiles()).toMatchObject([{ type, transfer_method: 'local_file' }]);
	});

	it('are custom when they fit nowhere, or of the type that the user names', async () => {
		const items = await itemWith(['data', 'model.stl', 'model/stl']);
		await ask('hi', files(fromBinary('data')), { items });
		await ask('hi', files(fromBinary('data', 'document')), { items });
		const types = chats().map(({ body }) => (body as { files: Array<{ type: string }> }).files);
		expect(types).toMatchObject([[{ type: 'custom' }], [{ type: 'document' }]]);
	});

	it('may be several, from several fields', async () => {
		const items = await itemWith(['one', '1.txt', 'text/plain'], ['two', '2.png', 'image/png']);
		const { json } = await ask('#attached', files(fromBinary('one, two')), { items });
		expect(json[0]?.answer).toMatch(/^Files: 1\.txt .*; 2\.png /);
		expect(uploads()).toHaveLength(2);
	});

	it('that are missing stop the item before anything is sent', async () => {
		const { error } = await ask('hi', files(fromBinary('data')));
		expect(error?.message).toMatch(/data/);
		const unnamed = await ask('hi', files(fromBinary(' ')));
		expect(unnamed.error?.message).toBe('A file has no input field');
		expect(simulator.requests).toHaveLength(0);
	});

	it('that are refused stop the item before the message is sent', async () => {
		simulator.faults.add({
			path: '/files/upload',
			action: 'respond',
			status: 413,
			body: { code: 'file_too_large', message: '', status: 413 },
		});
		const items = await itemWith(['data', 'a.txt', 'text/plain']);
		const { error } = await ask('hi', files(fromBinary('data')), { items });
		expect(error?.message).toBe('The file is too large for this Dify server');
		expect(chats()).toHaveLength(0);
	});
});

describe('files from elsewhere', () => {
	it('are named by their URL, their type by its path', async () => {
		const url = 'https://chatflow.example/pictures/cat.png?size=2';
		await ask('hi', files({ source: 'url', url, type: 'auto' }));
		expect(sentFiles()).toEqual([{ type: 'image', transfer_method: 'remote_url', url }]);
		conforming(simulator);
		expect(chats()).toHaveLength(1);
	});

	it.each([
		['not a url', /is not the URL of a file/],
		['ftp://host/a.png', /is not the URL of a file/],
		['https://host/download?id=5', /The type of the file at .* cannot be told/],
	])('must have one that says what they are: %s', async (url, message) => {
		const { error } = await ask('hi', files({ source: 'url', url, type: 'auto' }));
		expect(error?.message).toMatch(message);
		expect(simulator.requests).toHaveLength(0);
	});

	it('may be of a type that the user names', async () => {
		const url = 'https://host/download?id=5';
		await ask('hi', files({ source: 'url', url, type: 'image' }));
		expect(sentFiles()).toMatchObject([{ type: 'image', url }]);
	});

	it('are named by the ID of their upload', async () => {
		const items = await itemWith(['data', 'a.txt', 'text/plain']);
		const uploaded = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		const uploadFileId = String(uploaded.json[0]?.id);
		const file = { source: 'uploadId', uploadFileId };
		const named = await ask('#attached', files({ ...file, type: 'document' }));
		expect(named.json[0]?.answer).toMatch(/^Files: a\.txt \(document/);
		// The item that File > Upload gave says itself what the file is.
		const known = await ask('#attached', files({ ...file, type: 'auto' }), {
			items: uploaded.items,
		});
		expect(known.json[0]?.answer).toMatch(/^Files: a\.txt \(document/);
		const unknown = await ask('#attached', files({ ...file, type: 'auto' }));
		expect(unknown.error?.message).toMatch(/type of the uploaded file .* is not known/);
		const empty = await ask('#attached', files({ ...file, uploadFileId: '', type: 'auto' }));
		expect(empty.error?.message).toBe('A file has no upload ID');
	});
});

describe('a form that n8n built of the app', () => {
	const form = (value: INodeParameters): INodeParameters => ({
		inputsMode: 'form',
		inputsForm: { mappingMode: 'defineBelow', value },
	});

	it('gives its values as they are, without those left empty', async () => {
		const value = { city: 'Oslo', amount: 3, urgent: true, notes: null };
		const { json } = await ask('#inputs', form(value as unknown as INodeParameters));
		expect(sentInputs()).toEqual({ city: 'Oslo', amount: 3, urgent: true });
		expect(JSON.parse(String(json[0]?.answer))).toMatchObject({ city: 'Oslo' });
		// The form is read once, also for the check of the values.
		expect(simulator.requests).toHaveLength(2);
	});

	it('takes files from fields of the item, URLs and uploads', async () => {
		const items = await itemWith(
			['data', 'a.pdf', 'application/pdf'],
			['pic', 'b.png', 'image/png'],
		);
		const url = 'https://chatflow.example/c.mp3';
		const value = { city: 'data', document: 'data', attachments: `pic, ${url}` };
		const { error } = await ask('hi', form(value), { items });
		expect(error).toBeUndefined();
		expect(sentInputs()).toEqual({
			// A text stays a text, also when a field happens to have its name.
			city: 'data',
			document: { type: 'document', transfer_method: 'local_file', upload_file_id: UUID },
			attachments: [
				{ type: 'image', transfer_method: 'local_file', upload_file_id: UUID },
				{ type: 'audio', transfer_method: 'remote_url', url },
			],
		});
		expect(uploads().every(({ body }) => userOf(body) === 'ann')).toBe(true);
	});

	it('is not filled at all', async () => {
		await ask('hi', {
			inputsMode: 'form',
			inputsForm: { mappingMode: 'defineBelow', value: null } as unknown as INodeParameters,
		});
		expect(sentInputs()).toEqual({});
	});
});

const userOf = (body: RecordedRequest['body']) =>
	(body as { fields: { user: string } }).fields.user;

describe('files that the app made', () => {
	const download = { options: { downloadFiles: true } };

	it('stay links unless they are wanted', async () => {
		const { items, json } = await ask('hi #files 1');
		expect(items[0]?.binary).toBeUndefined();
		const url = expect.stringMatching(/^\/files\/tools\//) as unknown;
		expect(json[0]?.files).toMatchObject([{ filename: 'result-1.txt', url }]);
	});

	it('come into binary fields, relative links from the host of the base URL', async () => {
		const { items, hints } = await ask('x #files 2', download);
		const binary = items[0]?.binary ?? {};
		expect(Object.keys(binary)).toEqual(['file_0', 'file_1']);
		expect(binary.file_1).toMatchObject({ fileName: 'result-2.txt', mimeType: 'text/plain' });
		expect(String(await readBinary(binary.file_0))).toBe('File 1 for: x\n');
		expect(hints).toEqual([]);
	});

	it('come from other hosts without the key, and from their own without it, too', async () => {
		const other = await startDifySimulator();
		try {
			simulator.settings.filesUrl = other.origin;
			other.faults.add({
				path: '/files/*',
				action: 'respond',
				status: 200,
				body: 'made',
				times: 0,
			});
			const allowed = {
				options: { downloadFiles: true, allowedFileOrigins: ` ${other.origin}/ ` },
			};
			const { items } = await ask('x #files 1', allowed);
			expect(String(await readBinary(items[0]?.binary?.file_0))).toBe('made');
			expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
			simulator.settings.filesUrl = simulator.origin;
			await ask('x #files 1', download);
			const own = simulator.requests.filter(({ path }) => path.startsWith('/files/'));
			expect(own).toHaveLength(1);
			expect(own[0]?.headers).not.toHaveProperty('authorization');
		} finally {
			await other.close();
		}
	});

	it('whose links have expired do not take the answer away', async () => {
		simulator.faults.add({ path: '/files/tools/*', action: 'respond', status: 403, times: 1 });
		const { items, json, hints } = await ask('x #files 2', download);
		expect(json[0]).toMatchObject({ answer: 'Echo: x', status: 'succeeded' });
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['file_1']);
		expect(hints[0]?.message).toMatch(
			/^The file "result-1\.txt" was not downloaded: its link has expired \(HTTP 403\)/,
		);
	});

	it('that cannot be reached do not either', async () => {
		simulator.settings.filesUrl = 'http://127.0.0.1:9';
		const { json, hints } = await ask('x #files 1', download);
		expect(json[0]).toMatchObject({ answer: 'Echo: x' });
		expect(hints[0]?.message).toMatch(/was not downloaded/);
	});

	it.each(['perNode', 'events'])('go to the last item in output mode %s', async (outputMode) => {
		const { items } = await ask('x #files 1', { ...download, outputMode });
		const carriers = items.filter(({ binary }) => binary !== undefined);
		expect(carriers).toEqual([items.at(-1)]);
	});
});

describe('the spoken answer', () => {
	const keep = { options: { keepAudio: true } };

	it('is left out unless it is wanted', async () => {
		const { items } = await ask('Hello there #tts');
		expect(items[0]?.binary).toBeUndefined();
	});

	it.each(['1.8', '1.12', '1.17'] as const)('is whole on %s', async (version) => {
		simulator.setVersion(version);
		const { items } = await ask('Hello there #tts', keep);
		const audio = items[0]?.binary?.audio;
		expect(audio).toMatchObject({ fileName: 'answer.mp3', mimeType: 'audio/mpeg' });
		const bytes = await readBinary(audio);
		expect(bytes.subarray(0, 3).toString()).toBe('ID3');
		expect(bytes.toString('latin1')).toContain('Echo: Hello there');
		// Four pieces of base64, each padded on its own: an ID3 tag and ten frames of 104 bytes.
		expect(bytes.length).toBeGreaterThan(1_040);
	});

	it.each(['1.13.0', '1.13.1', '1.16'] as const)(
		'is what the server sends before it cuts the stream on %s',
		async (version) => {
			simulator.setVersion(version);
			const begin = Date.now();
			const { items } = await ask('Hello there #tts', keep);
			expect((await readBinary(items[0]?.binary?.audio)).subarray(0, 3).toString()).toBe('ID3');
			expect(Date.now() - begin).toBeLessThan(3_000);
		},
	);

	it('that never comes is waited for only shortly', async () => {
		simulator.setVersion('1.16');
		const { items } = await ask('Hello there', keep);
		expect(items[0]?.binary).toBeUndefined();
	});
});
