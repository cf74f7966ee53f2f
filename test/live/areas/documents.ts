import type { DifyContext } from '../difySuite';
import { byId } from '../difyApp';
import type { NodeRunner } from '../nodeRunner';
import type { Fact } from '../session';
import { assertSame, assertShape } from '../shapes';

interface Wanted {
	context: DifyContext;
	node: NodeRunner;
	base: Fact<string>;
	/** What the document speaks of. */
	word: string;
}

/** Makes a document of a text; gives its ID when it is indexed. */
export async function documents({ context, node, base, word }: Wanted): Promise<Fact<string>> {
	const { session } = context;
	const document = await session.check('Document > Create or Update', async () => {
		const item = await node.one('document.upsert', {
			datasetId: byId(base.get()),
			source: 'text',
			name: 'n8n-live.txt',
			text: `${word} are orange.\n\nThey are sweet.`,
			options: { waitForIndexing: true },
		});
		assertShape(item, { id: 'string', name: 'string' });
		return String(item.id);
	});
	const at = () => ({ datasetId: byId(base.get()), documentId: byId(document.get()) });
	await session.check('Document > Get', async () => {
		const item = await node.one('document.get', at());
		assertSame([item.id, item.indexing_status], [document.get(), 'completed'], 'the document');
	});
	await session.check('Document > Get Many', async () => {
		const { json } = await node.run('document.getAll', { ...at(), returnAll: true });
		assertSame(
			json.map(({ id }) => id),
			[document.get()],
			'the documents of the base',
		);
	});
	const ids = () => ({ datasetId: byId(base.get()), documentIds: document.get() });
	await session.check('Document > Wait for Indexing', async () => {
		const item = await node.one('document.waitForIndexing', ids());
		assertSame(item.indexing_status, 'completed', 'the state');
	});
	await session.check('Document > Set Status', async () => {
		const item = await node.one('document.setStatus', { ...ids(), action: 'enable' });
		assertSame(item, { result: 'success' }, 'the item');
	});
	return document;
}
