import type { IExecuteFunctions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { downloadFile } from '../../../../nodes/Dify/transport/download';
import { Item } from '../../../../nodes/shared/item';

type Store = (stream: Readable) => Promise<Buffer>;

/** Stores of n8n: the database and the memory mode listen, the file mode iterates. */
const STORES: Array<[string, Store]> = [
	[
		'listens to the stream, after a while',
		async (stream) => {
			await new Promise((resolve) => setTimeout(resolve, 50));
			const chunks: Buffer[] = [];
			return await new Promise((resolve, reject) => {
				stream.on('data', (chunk: Buffer) => chunks.push(chunk));
				stream.once('end', () => resolve(Buffer.concat(chunks)));
				stream.once('error', reject);
			});
		},
	],
	[
		'iterates over the stream',
		async (stream) => {
			const chunks: Buffer[] = [];
			for await (const chunk of stream) chunks.push(chunk as Buffer);
			return Buffer.concat(chunks);
		},
	],
];

/** A context whose request is answered with `chunks`; after them the signal alone ends it, if asked. */
function contextWith(chunks: string[], store: Store, hang = false) {
	const parameters: Record<string, unknown> = {
		binaryPropertyName: 'data',
		options: { timeout: 0.2 },
	};
	async function* body(signal: AbortSignal) {
		for (const chunk of chunks) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			yield Buffer.from(chunk);
		}
		if (!hang) return;
		await new Promise((_, reject) => {
			signal.addEventListener('abort', () => reject(new Error('canceled')));
		});
	}
	const context = {
		getNodeParameter: (name: string) => parameters[name],
		getExecutionCancelSignal: () => undefined,
		helpers: {
			async httpRequestWithAuthentication(this: IExecuteFunctions) {
				const signal = this.getExecutionCancelSignal() as AbortSignal;
				return {
					statusCode: 200,
					headers: {},
					body: Readable.from(body(signal), { objectMode: false }),
				};
			},
			prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => ({
				data: (await store(stream)).toString(),
				fileName,
				mimeType,
			}),
		},
	};
	return context as unknown as IExecuteFunctions;
}

const title = () => ({ name: 'a.bin', mimeType: 'audio/wav' });

describe.each(STORES)('a store that %s', (_how, store) => {
	it('gets the whole file, however long it takes as long as it comes', async () => {
		const context = contextWith(['one ', 'two ', 'three ', 'four'], store);
		const [item] = await downloadFile(new Item(context, 0), { path: '/x' }, title);
		expect(item?.binary?.data).toMatchObject({ data: 'one two three four', fileName: 'a.bin' });
	});

	it('is told when the file stops coming', async () => {
		const context = contextWith(['one '], store, true);
		const downloading = downloadFile(new Item(context, 0), { path: '/x' }, title);
		await expect(downloading).rejects.toThrow('The request to the Dify server timed out');
	});
});
