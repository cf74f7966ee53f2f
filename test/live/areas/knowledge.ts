import type { IDataObject } from 'n8n-workflow';

import type { DifyContext } from '../difySuite';
import { byId } from '../difyApp';
import { NodeRunner } from '../nodeRunner';
import { NotPossible, type Fact } from '../session';
import { assert, assertSame, assertShape } from '../shapes';
import { chunks } from './chunks';
import { documents } from './documents';
import { pipelines } from './pipelines';
import { tags } from './tags';

const WORD = 'Persimmons';

/** What the checks of knowledge share. */
export interface KnowledgeContext {
	context: DifyContext;
	/** Has the knowledge key. */
	node: NodeRunner;
	/** The ID of a knowledge base of this run. It indexes without a model. */
	base: Fact<string>;
	/** The ID of an indexed document in it that speaks of {@link WORD}. */
	document: Fact<string>;
}

const BASE = { id: 'string', name: 'string', permission: 'string', created_at: 'number' } as const;

/** A knowledge base with a document: everything in it is tried, and it is deleted at the end. */
export async function knowledge(context: DifyContext): Promise<void> {
	const { session, server, settings } = context;
	const apiKey = settings.knowledgeKey;
	if (!apiKey) return await notPossible(context);
	const node = new NodeRunner(session, 'dify', {
		difyKnowledgeApi: { baseUrl: server.baseUrl, apiKey, allowUnauthorizedCerts: false },
	});
	const name = session.user.slice(-40);
	let left: string | undefined;
	session.onEnd(async () => {
		if (!left) return;
		await node.run('knowledgeBase.delete', { datasetId: byId(left) });
		session.removed.push('a knowledge base');
	});
	const base = await session.check('Knowledge Base > Create', async () => {
		const parameters = { name, indexingTechnique: 'economy', permission: 'only_me' };
		const item = await node.one('knowledgeBase.create', parameters);
		left = String(item.id);
		assertShape(item, BASE);
		return left;
	});
	await session.check('Knowledge Base > Get', async () => {
		const item = await node.one('knowledgeBase.get', { datasetId: byId(base.get()) });
		assertSame([item.id, item.name], [left, name], 'the base');
	});
	await session.check('Knowledge Base > Update', async () => {
		const options = { description: 'Of the live tests', topK: 3 };
		const parameters = { datasetId: byId(base.get()), options };
		const item = await node.one('knowledgeBase.update', parameters);
		assertSame(item.description, options.description, 'the description');
		assertSame((item.retrieval_model_dict as IDataObject).top_k, 3, 'top_k');
	});
	await session.check('Knowledge Base > Get Many', async () => {
		const id = base.get();
		const { json } = await node.run('knowledgeBase.getAll', { options: { keyword: name } });
		assertSame(
			json.map((item) => item.id),
			[id],
			'the bases of this name',
		);
	});
	const document = await documents({ context, node, base, word: WORD });
	const shared = { context, node, base, document };
	await session.check('Knowledge Base > Retrieve', async () => {
		document.get();
		const parameters = { datasetId: byId(base.get()), query: WORD };
		const { json } = await node.run('knowledgeBase.retrieve', parameters);
		assert(json.length > 0, 'nothing was found');
		assertShape(json[0], { id: 'string', content: 'string', document_name: 'string' });
	});
	await chunks(shared);
	await tags(shared);
	await session.check('Model > Get Many', async () => {
		const { json } = await node.run('model.getAll', { modelType: 'llm' });
		if (json.length === 0) throw new NotPossible('the workspace has no model of this type');
		assertShape(json[0], { provider: 'string', model: 'string' });
	});
	await pipelines(shared);
	await session.check('Document > Delete', async () => {
		const at = { datasetId: byId(base.get()), documentId: byId(document.get()) };
		assertSame(await node.one('document.delete', at), { deleted: true }, 'the item');
	});
	await session.check('Knowledge Base > Delete', async () => {
		const datasetId = byId(base.get());
		assertSame(
			await node.one('knowledgeBase.delete', { datasetId }),
			{ deleted: true },
			'the item',
		);
		left = undefined;
		const { message } = await node.error('knowledgeBase.get', { datasetId });
		assert(/did not find the record/.test(message), message);
	});
}

async function notPossible({ session }: DifyContext): Promise<void> {
	session.notPossible(
		'set DIFY_KNOWLEDGE_API_KEY to a knowledge key (dataset-…)',
		'Knowledge Base',
		'Document',
		'Chunk',
		'Metadata Field',
		'Tag',
		'Model',
		'Pipeline',
	);
}
