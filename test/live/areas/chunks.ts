import type { INodeParameters } from 'n8n-workflow';

import { byId } from '../difyApp';
import type { DifyKnowledge } from '../difyKnowledge';
import type { DifyContext } from '../difySuite';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

/** Works on the chunks of a document, and on the parts of a chunk. */
export async function chunks({ knowledge }: DifyContext): Promise<void> {
	if (!knowledge) return;
	await parents(knowledge);
	await children(knowledge);
}

async function parents(knowledge: DifyKnowledge): Promise<void> {
	const { session } = knowledge;
	const base = await knowledge.base();
	const place = await session.check('Document > Create or Update, for chunks', async () => {
		const { id } = await knowledge.write(base.get(), 'n8n-live chunks', 'The first chunk.');
		return { datasetId: byId(base.get()), documentId: byId(id) };
	});
	const created = await session.check('Chunk > Create', async () => {
		const parameters = { ...place.get(), level: 'parent', content: 'The second chunk.' };
		const item = await knowledge.one('chunk.create', parameters);
		assertShape(item, { id: 'string', position: 'number', status: 'string', enabled: 'boolean' });
		assertSame(item.content, 'The second chunk.', 'the content');
		return { ...place.get(), level: 'parent', chunkId: byId(item.id) };
	});
	await session.check('Chunk > Get Many', async () => {
		const parameters = { ...place.get(), level: 'parent', returnAll: true };
		const { json } = await knowledge.run('chunk.getAll', parameters);
		const contents = json.map(({ content }) => content);
		assertSame(contents, ['The first chunk.', 'The second chunk.'], 'the contents');
	});
	await session.check('Chunk > Get', async () => {
		const item = await knowledge.one('chunk.get', created.get());
		assertSame(item.content, 'The second chunk.', 'the content');
	});
	await session.check('Chunk > Update', async () => {
		const parameters = { ...created.get(), content: 'The second chunk, größer.' };
		const item = await knowledge.one('chunk.update', parameters);
		const { content, enabled } = item;
		assertSame([content, enabled], ['The second chunk, größer.', true], 'the chunk');
	});
	await session.check('Chunk > Delete', async () => {
		assertSame(await knowledge.one('chunk.delete', created.get()), { deleted: true }, 'the item');
		await knowledge.error('chunk.get', created.get());
	});
}

const PARENT_CHILD: INodeParameters = {
	chunking: 'parentChild',
	parentMode: 'paragraph',
	separator: '\\n\\n',
	maxTokens: 200,
	childSeparator: '\\n',
	childMaxTokens: 100,
	options: { removeExtraSpaces: false },
};

async function children(knowledge: DifyKnowledge): Promise<void> {
	const { session } = knowledge;
	const level = 'child';
	const parent = await session.check('Document > Create or Update, Parent-Child', async () => {
		if ((await knowledge.bestTechnique()) === 'economy') {
			throw new NotPossible('the workspace has no embedding model');
		}
		const { id: base } = await knowledge.create(`${session.user} parents`);
		const text = 'One\nTwo\n\nThree\nFour';
		const { id } = await knowledge.write(String(base), 'n8n-live parents', text, PARENT_CHILD);
		const place = { datasetId: byId(base), documentId: byId(id) };
		const parameters = { ...place, level: 'parent', returnAll: true };
		const { json } = await knowledge.run('chunk.getAll', parameters);
		const contents = json.map(({ content }) => content);
		assertSame(contents, ['One\nTwo', 'Three\nFour'], 'the parents');
		return { ...place, chunkId: byId(json[0]?.id) };
	});
	await session.check('Chunk > Get Many, children', async () => {
		const parameters = { ...parent.get(), level, returnAll: true };
		const { json } = await knowledge.run('chunk.getAll', parameters);
		assertSame(
			json.map(({ content }) => content),
			['One', 'Two'],
			'the children',
		);
	});
	await session.check('Chunk > Create, Get, Update and Delete, children', async () => {
		const made = await knowledge.one('chunk.create', { ...parent.get(), level, content: 'New' });
		const child = { ...parent.get(), level, childChunkId: byId(made.id) };
		assertSame((await knowledge.one('chunk.get', child)).content, 'New', 'the content');
		const changed = await knowledge.one('chunk.update', { ...child, content: 'Newer' });
		assertSame(changed.content, 'Newer', 'the new content');
		assertSame(await knowledge.one('chunk.delete', child), { deleted: true }, 'the item');
		const { message } = await knowledge.error('chunk.get', child);
		assert(message, 'the error says nothing');
	});
}
