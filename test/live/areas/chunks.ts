import { byId } from '../difyApp';
import { assert, assertSame, assertShape } from '../shapes';
import type { KnowledgeContext } from './knowledge';

const CHUNK = { id: 'string', content: 'string', position: 'number' } as const;

/** Chunks with their children, and the metadata fields of the base. */
export async function chunks(shared: KnowledgeContext): Promise<void> {
	const { context, node, base, document } = shared;
	const { session } = context;
	const at = () => ({ datasetId: byId(base.get()), documentId: byId(document.get()) });
	const chunk = await session.check('Chunk > Create', async () => {
		const item = await node.one('chunk.create', { ...at(), content: 'A new chunk.' });
		assertShape(item, CHUNK);
		return String(item.id);
	});
	const one = () => ({ ...at(), chunkId: byId(chunk.get()) });
	await session.check('Chunk > Get', async () => {
		assertSame((await node.one('chunk.get', one())).content, 'A new chunk.', 'the content');
	});
	await session.check('Chunk > Update', async () => {
		const parameters = { ...one(), content: 'A changed chunk.' };
		const item = await node.one('chunk.update', parameters);
		assertSame(item.content, 'A changed chunk.', 'the content');
	});
	await session.check('Chunk > Get Many', async () => {
		const { json } = await node.run('chunk.getAll', { ...at(), returnAll: true });
		assert(
			json.some(({ id }) => id === chunk.get()),
			'the new chunk is not listed',
		);
	});
	const child = await session.check('Chunk > Create, of a child', async () => {
		const parameters = { ...one(), level: 'child', content: 'A part.' };
		return String((await node.one('chunk.create', parameters)).id);
	});
	await session.check('Chunk > Get, Update, Delete, of a child', async () => {
		const part = { ...one(), level: 'child', childChunkId: byId(child.get()) };
		await node.one('chunk.update', { ...part, content: 'A changed part.' });
		assertSame((await node.one('chunk.get', part)).content, 'A changed part.', 'the content');
		assertSame(await node.one('chunk.delete', part), { deleted: true }, 'the item');
	});
	await session.check('Chunk > Delete', async () => {
		assertSame(await node.one('chunk.delete', one()), { deleted: true }, 'the item');
	});
	await metadataFields(shared);
}

async function metadataFields({ context, node, base }: KnowledgeContext): Promise<void> {
	const { session } = context;
	const at = () => ({ datasetId: byId(base.get()) });
	const field = await session.check('Metadata Field > Create', async () => {
		const parameters = { ...at(), name: 'department', type: 'string' };
		const item = await node.one('metadataField.create', parameters);
		assertShape(item, { id: 'string', name: 'string', type: 'string' });
		return String(item.id);
	});
	const one = () => ({ ...at(), metadataId: byId(field.get()) });
	await session.check('Metadata Field > Update', async () => {
		const item = await node.one('metadataField.update', { ...one(), name: 'team' });
		assertSame(item.name, 'team', 'the name');
	});
	for (const action of ['enable', 'disable']) {
		await session.check(`Metadata Field > Set Built-In Fields, ${action}`, async () => {
			await node.one('metadataField.setBuiltIn', { ...at(), action });
			const options = { includeBuiltIn: true };
			const { json } = await node.run('metadataField.getAll', { ...at(), options });
			const states = json.filter(({ id }) => id === 'built-in').map(({ enabled }) => enabled);
			assertSame([...new Set(states)], [action === 'enable'], 'whether they are enabled');
		});
	}
	await session.check('Metadata Field > Get Many', async () => {
		const { json } = await node.run('metadataField.getAll', at());
		assert(
			json.some(({ id, name }) => id === field.get() && name === 'team'),
			'the field is not listed',
		);
	});
	await session.check('Metadata Field > Delete', async () => {
		assertSame(await node.one('metadataField.delete', one()), { deleted: true }, 'the item');
	});
}
