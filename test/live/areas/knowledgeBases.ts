import type { IDataObject } from 'n8n-workflow';

import { byId, DifyApp } from '../difyApp';
import { DifyKnowledge } from '../difyKnowledge';
import type { DifyContext } from '../difySuite';
import { assert, assertSame, assertShape } from '../shapes';

/** Makes, reads, changes, searches and deletes knowledge bases. */
export async function knowledgeBases(context: DifyContext): Promise<void> {
	const { session, knowledge } = context;
	if (!knowledge) return;
	const base = await knowledge.base();
	await session.check('Knowledge Base > Get', async () => {
		const item = await knowledge.one('knowledgeBase.get', { datasetId: byId(base.get()) });
		assertSame([item.id, item.name], [base.get(), session.user], 'ID and name');
		assertShape(item, { retrieval_model_dict: 'object', embedding_available: 'boolean' });
	});
	await session.check('Knowledge Base > Get Many', async () => {
		const options = { keyword: session.user };
		const { json } = await knowledge.run('knowledgeBase.getAll', { returnAll: true, options });
		assert(
			json.some(({ id }) => id === base.get()),
			'the new base is not listed',
		);
	});
	await session.check('Knowledge Base > Update', async () => {
		const options = { description: 'Größe 日本' };
		const datasetId = byId(base.get());
		const item = await knowledge.one('knowledgeBase.update', { datasetId, options });
		assertSame([item.name, item.description], [session.user, 'Größe 日本'], 'name, description');
	});
	await session.check('Knowledge Base > Create, a name that is taken: says so', async () => {
		base.get();
		const { message } = await knowledge.error('knowledgeBase.create', {
			name: session.user,
			indexingTechnique: 'economy',
		});
		assert(/name/i.test(message), `the message is: ${message}`);
	});
	await session.check('Knowledge Base > Delete', async () => {
		const item = await knowledge.create(`${session.user} economy`, {
			indexingTechnique: 'economy',
		});
		const id = String(item.id);
		assertSame(await knowledge.remove(id), { deleted: true }, 'the item');
		await knowledge.error('knowledgeBase.get', { datasetId: byId(id) });
	});
	await keys(context, knowledge);
	await retrieve(knowledge);
}

/** Each kind of key opens one half of the node only. */
async function keys({ session, server, settings }: DifyContext, knowledge: DifyKnowledge) {
	const told = (message: string) => assert(/key/i.test(message), `the message is: ${message}`);
	await session.check('Knowledge Base > Get Many, the key of an app: says so', async () => {
		const wrong = new DifyKnowledge(session, server, settings.apiKey);
		told((await wrong.error('knowledgeBase.getAll')).message);
	});
	await session.check('App > Get Info, a knowledge key: says so', async () => {
		const wrong = new DifyApp(session, knowledge.server, settings.knowledgeKey);
		told((await wrong.error('app.getInfo')).message);
	});
}

async function retrieve(knowledge: DifyKnowledge): Promise<void> {
	const { session } = knowledge;
	const base = await knowledge.base();
	const search = async (options: IDataObject): Promise<IDataObject[]> => {
		const parameters = { datasetId: byId(base.get()), query: 'Pomegranates', options };
		return (await knowledge.run('knowledgeBase.retrieve', parameters as never)).json;
	};
	const name = 'n8n-live-fruit.txt';
	const written = await session.check('Knowledge Base > Retrieve', async () => {
		await knowledge.write(base.get(), name, 'Pomegranates are red.');
		const [record] = await search({});
		assertShape(record, { content: 'string', document_name: 'string', score: 'any' });
		assertSame([record?.content, record?.document_name], ['Pomegranates are red.', name], 'record');
	});
	await session.check('Knowledge Base > Retrieve, one item, one record at most', async () => {
		written.get();
		const [item] = await search({ topK: 1, singleItem: true });
		assertShape(item, { query: 'string', records: 'array' });
		assertSame((item?.records as unknown[]).length, 1, 'the number of records');
	});
	await session.check('Knowledge Base > Retrieve, a filter that nothing meets', async () => {
		written.get();
		const condition = [{ name: 'n8n_live_missing', operator: 'is', value: 'x' }];
		assertSame(await search({ metadataFilter: { condition } }), [], 'the records');
	});
}
