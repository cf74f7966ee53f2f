import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';
import { readBinary, storeBinary } from '../support/engine';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function itemWith(content: Buffer | Readable, fileName: string, mimeType: string) {
	return [{ json: {}, binary: { data: await storeBinary(content, { fileName, mimeType }) } }];
}

describe('file.upload', () => {
	it('uploads the file of an item with its name, type and user', async () => {
		const bytes = Buffer.from('Grüße aus Köln');
		const items = await itemWith(bytes, 'grüße.txt', 'text/plain');
		const { json } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		expect(json).toMatchObject([
			{ name: 'grüße.txt', size: bytes.length, extension: 'txt', mime_type: 'text/plain' },
		]);
		const [request] = conforming(simulator);
		expect(request).toMatchObject({
			method: 'POST',
			path: '/v1/files/upload',
			status: 201,
			body: { fields: { user: 'ann' }, files: [{ field: 'file', sha256: sha256(bytes) }] },
		});
		expect(Number(request?.headers['content-length'])).toBeGreaterThan(bytes.length);
	});

	it('takes the field that the user names', async () => {
		const [item] = await itemWith(Buffer.from('x'), 'a.txt', 'text/plain');
		const items = [
			{ json: {}, binary: { picture: item?.binary.data ?? { data: '', mimeType: '' } } },
		];
		const { json } = await runDify(
			simulator,
			'file.upload',
			{ user: 'ann', binaryPropertyName: 'picture' },
			{ items },
		);
		expect(json).toMatchObject([{ name: 'a.txt' }]);
	});

	it('sends a large file as a stream', async () => {
		const megabyte = Buffer.alloc(1024 * 1024, 'x');
		simulator.settings.bodyLimitMb = 300;
		simulator.settings.uploadLimitsMb.video = 300;
		const content = Readable.from(Array.from({ length: 256 }, () => megabyte));
		const items = await itemWith(content, 'film.mp4', 'video/mp4');
		const before = process.memoryUsage().arrayBuffers;
		let peak = 0;
		const watch = setInterval(() => {
			peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
		}, 2);
		const { json } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		clearInterval(watch);
		expect(json).toMatchObject([{ size: 256 * 1024 * 1024 }]);
		expect(peak).toBeLessThan(128 * 1024 * 1024);
	});

	it('trap: a name with slashes, which Dify refuses, is shortened to its last part', async () => {
		const items = await itemWith(Buffer.from('x'), 'a.txt', 'text/plain');
		for (const name of ['folder/sub/report.pdf', 'C:\\temp\\report.pdf']) {
			(items[0]?.binary.data ?? { fileName: '' }).fileName = name;
			const { json } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
			expect(json).toMatchObject([{ name: 'report.pdf' }]);
		}
	});

	it('trap: the empty message of a file that is too large is explained', async () => {
		simulator.settings.uploadLimitsMb.document = 0.001;
		const items = await itemWith(Buffer.alloc(5000), 'long.txt', 'text/plain');
		const { error } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		expect(error?.message).toBe('The file is too large for this Dify server');
		expect(error?.description).toMatch(/10 MB for images/);
		expect(error?.httpCode).toBe('413');
	});

	it('trap: a part without a MIME type is never sent', async () => {
		const items = await itemWith(Buffer.from('x'), 'a.bin', '');
		const { json } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		expect(json[0]?.mime_type).toBeTruthy();
	});

	it('uploads the whole file again when Dify was too busy to take it', async () => {
		simulator.faults.add({
			path: '/files/upload',
			action: 'respond',
			preset: 'too_many_requests',
		});
		const bytes = Buffer.alloc(300_000, 'y');
		const items = await itemWith(bytes, 'a.txt', 'text/plain');
		const { json } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		expect(json).toMatchObject([{ size: bytes.length }]);
		expect(simulator.state.files.size).toBe(1);
		expect(simulator.requests).toHaveLength(2);
	});

	it('does not send a file twice when the connection breaks', async () => {
		simulator.faults.add({ path: '/files/upload', action: 'reset', when: 'after-accept' });
		const items = await itemWith(Buffer.from('x'), 'a.txt', 'text/plain');
		const { error } = await runDify(simulator, 'file.upload', { user: 'ann' }, { items });
		expect(error?.message).toMatch(/closed the connection/);
		expect(simulator.requests).toHaveLength(1);
		expect(simulator.state.files.size).toBe(1);
	});

	it('names the field when the item has no such file', async () => {
		const { error } = await runDify(simulator, 'file.upload', { user: 'ann' });
		expect(`${error?.message} ${error?.description}`).toMatch(/data/);
		expect(simulator.requests).toEqual([]);
	});

	it('gives fewer fields on demand', async () => {
		const items = await itemWith(Buffer.from('x'), 'a.txt', 'text/plain');
		const { json } = await runDify(
			simulator,
			'file.upload',
			{ user: 'ann', options: { simplify: true } },
			{ items },
		);
		expect(Object.keys(json[0] ?? {}).sort()).toEqual([
			'created_at',
			'created_by',
			'extension',
			'id',
			'mime_type',
			'name',
			'size',
		]);
	});
});

describe('file.download', () => {
	it('gives the file with its name and the type that follows from it', async () => {
		const { id } = simulator.seed.file({
			name: 'Übersicht 2025.pdf',
			mimeType: 'application/pdf',
			content: 'the content',
		});
		const { items } = await runDify(simulator, 'file.download', { fileId: id });
		expect(items[0]?.json).toEqual({
			id,
			name: 'Übersicht 2025.pdf',
			mime_type: 'application/pdf',
			size: 11,
		});
		expect(items[0]?.binary?.data).toMatchObject({
			fileName: 'Übersicht 2025.pdf',
			mimeType: 'application/pdf',
			fileExtension: 'pdf',
		});
		expect((await readBinary(items[0]?.binary?.data)).toString()).toBe('the content');
		expect(conforming(simulator)).toMatchObject([
			{ path: `/v1/files/${id}/preview`, query: { as_attachment: 'true' } },
		]);
	});

	it('puts the file into the field that the user names, for the user if one is given', async () => {
		const { id } = simulator.seed.file();
		const { items } = await runDify(simulator, 'file.download', {
			fileId: id,
			binaryPropertyName: 'report',
			options: { user: 'ann' },
		});
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['report']);
		expect(conforming(simulator)[0]?.query).toEqual({ as_attachment: 'true', user: 'ann' });
	});

	it('as a preview it gets the type, and a name from ID and type', async () => {
		const { id } = simulator.seed.file({ name: 'picture.png', mimeType: 'image/png' });
		const { items } = await runDify(simulator, 'file.download', {
			fileId: id,
			options: { asAttachment: false },
		});
		expect(items[0]?.binary?.data).toMatchObject({
			fileName: `${id}.png`,
			mimeType: 'image/png',
		});
		expect(conforming(simulator)[0]?.query).toEqual({ as_attachment: 'false' });
	});

	it.each([true, false])(
		'trap: HTML always comes as an attachment without its type (as attachment: %s)',
		async (asAttachment) => {
			const { id } = simulator.seed.file({ name: 'page.html', mimeType: 'text/html' });
			const { items } = await runDify(simulator, 'file.download', {
				fileId: id,
				options: { asAttachment },
			});
			expect(items[0]?.binary?.data).toMatchObject({
				fileName: 'page.html',
				mimeType: 'text/html',
			});
		},
	);

	it('keeps octet-stream for a file whose name tells nothing', async () => {
		const { id } = simulator.seed.file({ name: 'core', mimeType: 'application/octet-stream' });
		const { items } = await runDify(simulator, 'file.download', { fileId: id });
		expect(items[0]?.binary?.data?.mimeType).toBe('application/octet-stream');
	});

	it('keeps octet-stream for a file whose ending is not known', async () => {
		const { id } = simulator.seed.file({ name: 'dump.qqq', mimeType: 'application/x-dump' });
		const { items } = await runDify(simulator, 'file.download', { fileId: id });
		expect(items[0]?.binary?.data?.mimeType).toBe('application/octet-stream');
	});

	it('passes a large file on as a stream', async () => {
		const size = 200 * 1024 * 1024;
		const { id } = simulator.seed.file({ name: 'film.mp4', size });
		const before = process.memoryUsage().arrayBuffers;
		let peak = 0;
		const watch = setInterval(() => {
			peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
		}, 2);
		const { items } = await runDify(simulator, 'file.download', { fileId: id });
		clearInterval(watch);
		expect(items[0]?.json).toMatchObject({ size, mime_type: 'video/mp4' });
		expect(peak).toBeLessThan(100 * 1024 * 1024);
	});

	it('trap: explains that a file is given out only after it was sent with a message', async () => {
		const { id } = simulator.seed.file({ attach: false });
		const { error } = await runDify(simulator, 'file.download', { fileId: id });
		expect(error?.message).toBe('The file cannot be downloaded from Dify');
		expect(error?.description).toMatch(/sent with a chat message/);
		expect(error?.context.data).toMatchObject({ code: 'file_not_found' });
	});

	it('tells when the file belongs to another app', async () => {
		const { id } = simulator.seed.file({ app: 'app-second-key' });
		const { error } = await runDify(simulator, 'file.download', { fileId: id });
		expect(error?.message).toBe('The file belongs to another app');
	});

	it('fails, and gives no half file, when the connection breaks on the way', async () => {
		const { id } = simulator.seed.file({ size: 1024 * 1024 });
		simulator.faults.add({ path: '/files/*', action: 'truncate', bytes: 200_000 });
		const { error, items } = await runDify(simulator, 'file.download', { fileId: id });
		expect(error?.message).toMatch(/Dify server/);
		expect(items).toEqual([]);
	});

	it('gives up when the file stops coming', async () => {
		const { id } = simulator.seed.file({ size: 1024 * 1024 });
		simulator.faults.add({ path: '/files/*', action: 'stall', bytes: 200_000 });
		const started = Date.now();
		const { error } = await runDify(simulator, 'file.download', {
			fileId: id,
			options: { timeout: 1 },
		});
		expect(error?.message).toMatch(/timed out|closed the connection/);
		expect(Date.now() - started).toBeLessThan(5000);
	});

	it('ends at once and closes the connection when the execution is cancelled', async () => {
		const { id } = simulator.seed.file({ size: 1024 * 1024 });
		simulator.faults.add({ path: '/files/*', action: 'stall', bytes: 200_000 });
		const started = Date.now();
		await runDify(simulator, 'file.download', { fileId: id }, { cancel: 500 });
		expect(Date.now() - started).toBeLessThan(2000);
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(simulator.openConnections()).toBe(0);
	});
});
