import type { IDataObject } from 'n8n-workflow';

import { byId } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

/** Makes a tag, gives it to a knowledge base, takes it away and deletes it; and lists models. */
export async function tags({ session, knowledge }: DifyContext): Promise<void> {
	if (!knowledge) return;
	const base = await knowledge.base();
	let name = session.user;
	const created = await session.check('Tag > Create', async () => {
		const item = await knowledge.one('tag.create', { name });
		assertSame([item.name, item.type], [name, 'knowledge'], 'name and type');
		// Some servers make it and cannot say which.
		if (item.id === null) session.stays.push(`the tag ${name}, whose ID Dify did not tell`);
		return item.id as string | null;
	});
	const tagId = () => {
		const id = created.get();
		if (id === null) throw new NotPossible('this Dify does not tell the IDs of tags');
		return byId(id);
	};
	const namesOf = (item: IDataObject) => (item.tags as IDataObject[]).map((tag) => tag.name);
	await session.check('Tag > Get Many', async () => {
		created.get();
		const { json } = await knowledge.run('tag.getAll', { returnAll: true });
		const listed = json.some((tag) => tag.name === name);
		assert(listed || created.get() === null, 'the new tag is not listed');
	});
	await session.check('Tag > Update', async () => {
		const item = await knowledge.one('tag.update', { tagId: tagId(), name: `${name} 2` });
		name = `${name} 2`;
		assertSame(item.name, name, 'the name');
	});
	await session.check('Tag > Add to Knowledge Base', async () => {
		const parameters = { tagId: tagId(), datasetId: byId(base.get()) };
		const item = await knowledge.one('tag.addToKnowledgeBase', parameters);
		assertSame(namesOf(item), [name], 'the tags of the base');
	});
	await session.check('Tag > Remove From Knowledge Base', async () => {
		const parameters = { tagId: tagId(), datasetId: byId(base.get()) };
		const item = await knowledge.one('tag.removeFromKnowledgeBase', parameters);
		assertSame(namesOf(item), [], 'the tags of the base');
	});
	await session.check('Tag > Delete', async () => {
		const item = await knowledge.one('tag.delete', { tagId: tagId() });
		assertSame(item, { deleted: true }, 'the item');
	});
	await session.check('Model > Get Many', async () => {
		const parameters = { modelType: 'text-embedding', returnAll: true };
		const { json } = await knowledge.run('model.getAll', parameters);
		for (const [at, model] of json.entries()) {
			assertShape(model, { provider: 'string', model: 'string' }, `item ${at}`);
		}
	});
}
