import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { readBinary } from '../../support/engine';
import { byId } from '../difyApp';
import type { DifyKnowledge } from '../difyKnowledge';
import type { DifyContext } from '../difySuite';
import type { SampleFile } from '../samples';
import { itemWith } from '../samples';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

const NAME = 'n8n-live größe.txt';

function fileOf(fileName: string, text: string): SampleFile {
	const content = Buffer.from(text);
	return { type: 'document', fileName, mimeType: 'text/plain', content };
}

/** Makes documents, replaces, reads, switches, downloads and deletes them. */
export async function documents({ session, server, knowledge }: DifyContext): Promise<void> {
	if (!knowledge) return;
	const base = await knowledge.base();
	const upsert = async (text: string, options: INodeParameters = {}, name = NAME) =>
		await knowledge.one(
			'document.upsert',
			{ datasetId: byId(base.get()), source: 'file', binaryPropertyName: 'data', options },
			{ items: [await itemWith(fileOf(name, text))] },
		);
	const watched = await session.check('Trigger: Document Indexed, activated', async () => {
		const trigger = knowledge.trigger({ event: 'documentIndexed', datasetId: byId(base.get()) });
		await trigger.activate();
		return trigger;
	});
	const created = await session.check('Document > Create or Update', async () => {
		const item = await upsert('One line.\n');
		assertShape(item, { id: 'string', name: 'string', batch: 'string' });
		const { name, action, indexing_status } = item;
		assertSame([name, action, indexing_status], [NAME, 'created', 'completed'], 'the document');
		return String(item.id);
	});
	await session.check('Trigger: Document Indexed, polled', async () => {
		const id = created.get();
		const { items, error } = await watched.get().poll();
		if (error) throw error;
		const found = items?.find((item) => item.id === id);
		assert(found, `the document is not among ${items?.length ?? 0} items`);
		assertSame(found.indexing_status, 'completed', 'the state');
	});
	const datasetId = () => byId(base.get());
	const one = () => ({ datasetId: datasetId(), documentId: byId(created.get()) });
	await session.check('Document > Create or Update, the same name again', async () => {
		const id = created.get();
		const item = await upsert('Another line.\n');
		assertSame([item.id, item.action], [id, 'replaced'], 'ID and action');
	});
	await session.check('Document > Create or Update, unchanged: skipped', async () => {
		const id = created.get();
		await upsert('A third line.\n', { skipUnchanged: true });
		const item = await upsert('A third line.\n', { skipUnchanged: true });
		assertSame([item.id, item.action], [id, 'skipped'], 'ID and action');
	});
	await session.check('Document > Create or Update, several texts at once', async () => {
		const items: INodeExecutionData[] = [1, 2, 3].map((number) => ({ json: { number } }));
		const parameters = {
			datasetId: datasetId(),
			source: 'text',
			name: '={{ "n8n-live " + $json.number }}',
			text: '={{ "Text " + $json.number }}',
		};
		const { json } = await knowledge.run('document.upsert', parameters, { items });
		const states = json.map(({ name, indexing_status }) => [name, indexing_status]);
		const expected = [1, 2, 3].map((number) => [`n8n-live ${number}`, 'completed']);
		assertSame(states, expected, 'names and states');
	});
	await session.check('Document > Create or Update, an executable: says so', async () => {
		const { message, description } = await knowledge.error(
			'document.upsert',
			{ datasetId: datasetId(), source: 'file', binaryPropertyName: 'data' },
			{ items: [await itemWith(fileOf('n8n-live.exe', 'x'))] },
		);
		assert(/exe|type/i.test(`${message} ${description ?? ''}`), `the message is: ${message}`);
	});
	await session.check('Document > Get', async () => {
		const item = await knowledge.one('document.get', one());
		assertShape(item, { display_status: 'string', segment_count: 'number', doc_form: 'string' });
		assertSame([item.id, item.name], [created.get(), NAME], 'ID and name');
	});
	await session.check('Document > Get Many', async () => {
		const options = { nameEquals: NAME };
		const parameters = { datasetId: datasetId(), returnAll: true };
		const { json } = await knowledge.run('document.getAll', { ...parameters, options });
		assertSame(
			json.map(({ id }) => id),
			[created.get()],
			'the documents of that name',
		);
		const all = await knowledge.run('document.getAll', parameters);
		assert(all.json.length > json.length, 'the others are not listed');
	});
	await session.check('Document > Wait for Indexing', async () => {
		const parameters = { datasetId: datasetId(), waitFor: 'documents', documentIds: created.get() };
		const item = await knowledge.one('document.waitForIndexing', parameters);
		assertSame(item.indexing_status, 'completed', 'the state');
	});
	await metadataOf(knowledge, one);
	await statusOf(knowledge, datasetId, () => created.get());
	await session.check('Document > Download', async () => {
		if (!server.mayBe('1.13.1')) throw new NotPossible('needs Dify 1.13.1 or newer');
		const { items } = await knowledge.run('document.download', { ...one(), downloadAs: 'file' });
		const bytes = await readBinary(items[0]?.binary?.data);
		assertSame(bytes.toString('utf8'), 'A third line.\n', 'the file');
	});
	await session.check('Document > Download, as ZIP', async () => {
		if (!server.mayBe('1.13.1')) throw new NotPossible('needs Dify 1.13.1 or newer');
		const ids = { datasetId: datasetId(), documentIds: created.get() };
		const { items } = await knowledge.run('document.download', { ...ids, downloadAs: 'zip' });
		const bytes = await readBinary(items[0]?.binary?.data);
		assertSame(bytes.subarray(0, 2).toString('latin1'), 'PK', 'the first bytes');
	});
	await session.check('Document > Delete', async () => {
		assertSame(await knowledge.one('document.delete', one()), { deleted: true }, 'the item');
		await knowledge.error('document.get', one());
	});
}

async function metadataOf(knowledge: DifyKnowledge, one: () => INodeParameters): Promise<void> {
	await knowledge.session.check('Document > Set Metadata', async () => {
		const { datasetId, documentId } = one() as Record<string, { value: string }>;
		const name = 'n8n_live_author';
		await knowledge.one('metadataField.create', { datasetId, name, type: 'string' } as never);
		await knowledge.one('document.setMetadata', {
			datasetId,
			documentIds: documentId?.value,
			metadata: { values: [{ name, value: 'Änn' }] },
		} as never);
		const item = await knowledge.one('document.get', one());
		const values = (item.doc_metadata ?? []) as IDataObject[];
		assertSame(values.find((entry) => entry.name === name)?.value, 'Änn', 'the value');
	});
}

/** After a change Dify may keep a document locked for ten minutes. */
async function statusOf(
	knowledge: DifyKnowledge,
	datasetId: () => INodeParameters,
	id: () => string,
): Promise<void> {
	const { session } = knowledge;
	const set = async (action: string) => {
		const parameters = { datasetId: datasetId(), documentIds: id(), action };
		assertSame(
			await knowledge.one('document.setStatus', parameters),
			{ result: 'success' },
			action,
		);
		return await knowledge.one('document.get', { datasetId: datasetId(), documentId: byId(id()) });
	};
	const disabled = await session.check('Document > Set Status', async () => {
		assertSame((await set('disable')).display_status, 'disabled', 'the state');
	});
	await session.check('Document > Set Status, the other way', async () => {
		disabled.get();
		const enabled = set('enable').catch((error: Error) => {
			const isLocked = /being indexed/.test(error.message);
			throw isLocked ? new NotPossible('Dify keeps the document locked') : error;
		});
		assertSame((await enabled).display_status, 'available', 'the state');
	});
}
