import { byId } from '../difyApp';
import { NotPossible } from '../session';
import { assert, assertSame } from '../shapes';
import type { KnowledgeContext } from './knowledge';

/** A tag of the workspace. Some versions make it, and cannot tell its ID: then it stays. */
export async function tags({ context, node, base }: KnowledgeContext): Promise<void> {
	const { session } = context;
	const name = `live ${session.user}`.slice(-50);
	const tag = await session.check('Tag > Create', async () => {
		const { id } = await node.one('tag.create', { name });
		if (id === null) session.stays.push(`the tag "${name}", whose ID this Dify does not tell`);
		return id === null ? undefined : String(id);
	});
	await session.check('Tag > Get Many', async () => {
		const id = known(tag.get());
		const { json } = await node.run('tag.getAll', { returnAll: true });
		assert(
			json.some((one) => one.id === id),
			'the tag is not listed',
		);
	});
	const both = () => ({ datasetId: byId(base.get()), tagId: byId(known(tag.get())) });
	await session.check('Tag > Add to Knowledge Base', async () => {
		const item = await node.one('tag.addToKnowledgeBase', both());
		assertSame(item.tags, [{ id: tag.get(), name }], 'the tags of the base');
	});
	await session.check('Tag > Remove From Knowledge Base', async () => {
		assertSame((await node.one('tag.removeFromKnowledgeBase', both())).tags, [], 'the tags');
	});
	await session.check('Tag > Update', async () => {
		const tagId = byId(known(tag.get()));
		const item = await node.one('tag.update', { tagId, name: `${name.slice(-48)} 2` });
		assertSame(item.id, tag.get(), 'the tag');
	});
	await session.check('Tag > Delete', async () => {
		const tagId = byId(known(tag.get()));
		assertSame(await node.one('tag.delete', { tagId }), { deleted: true }, 'the item');
	});
}

function known(id: string | undefined): string {
	if (id !== undefined) return id;
	throw new NotPossible('this version of Dify does not tell the ID of a new tag');
}
