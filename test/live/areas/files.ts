import type { IDataObject } from 'n8n-workflow';

import { readBinary } from '../../support/engine';
import type { DifyContext } from '../difySuite';
import { itemWith, sampleFile } from '../samples';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

/** Uploads a file, sends it in three ways, downloads it, and looks up who uploaded it. */
export async function files(context: DifyContext): Promise<void> {
	const { session, main, server, settings } = context;
	const { user } = main;
	const allowed = async () => {
		const upload = (await main.parameters()).file_upload as IDataObject | undefined;
		if (upload?.enabled !== true) throw new NotPossible('files are off in the app');
		const sample = sampleFile(upload.allowed_file_types);
		if (sample) return sample;
		throw new NotPossible('the app takes neither images nor documents');
	};
	const send = async (file: IDataObject, withItem = false) => {
		const sample = await allowed();
		const parameters = await main.message(settings.query, { files: { file: [file] } } as never);
		const items = withItem ? [await itemWith(sample)] : undefined;
		const item = await main.one('chat.send', parameters, items ? { items } : {});
		assertSame(item.status, 'succeeded', 'status');
		return item;
	};
	const uploaded = await session.check('File > Upload', async () => {
		const sample = sampleFile(undefined);
		assert(sample, 'there is no sample');
		const items = [await itemWith(await allowed().catch(() => sample))];
		const parameters = { binaryPropertyName: 'data', user };
		const item = await main.one('file.upload', parameters, { items });
		assertShape(item, { id: 'string', name: 'string', size: 'number', extension: 'string' });
		assertShape(item, { mime_type: 'string', created_by: 'string', created_at: 'number' });
		return item;
	});
	const sent = await session.check('Chat > Send, file by upload ID', async () => {
		const { type } = await allowed();
		return await send({ source: 'uploadId', uploadFileId: String(uploaded.get().id), type });
	});
	await session.check('Chat > Send, file of the item', async () => {
		await send({ source: 'binary', binaryPropertyName: 'data', type: 'auto' }, true);
	});
	await session.check('Chat > Send, file by URL', async () => {
		const { fileUrl } = settings;
		if (!fileUrl) throw new NotPossible('set DIFY_FILE_URL to a PNG that the server can fetch');
		await send({ source: 'url', url: fileUrl, type: 'image' });
	});
	await session.check('File > Download', async () => {
		const { id } = uploaded.get();
		sent.get();
		const sample = await allowed();
		const parameters = { fileId: String(id), options: { user } };
		const { items } = await main.run('file.download', parameters);
		const bytes = await readBinary(items[0]?.binary?.data);
		assert(bytes.equals(sample.content), `other bytes than those uploaded: ${bytes.length}`);
		assertSame(items[0]?.binary?.data?.mimeType, sample.mimeType, 'the MIME type');
	});
	await session.check('End User > Get', async () => {
		if (!server.mayBe('1.13')) throw new NotPossible('needs Dify 1.13 or newer');
		const endUserId = String(uploaded.get().created_by);
		const item = await main.one('endUser.get', { endUserId });
		assertSame([item.id, item.session_id], [endUserId, user], 'ID and user');
	});
}
