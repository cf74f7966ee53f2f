import type { DifyContext } from '../difySuite';
import { byId } from '../difyApp';
import { assert, assertSame, assertShape } from '../shapes';
import { annotationReply } from './annotationReply';

const ANNOTATION = { id: 'string', question: 'string', answer: 'string' } as const;

/** Creates an annotation, lets it answer if a model is named, and deletes it. */
export async function annotations(context: DifyContext): Promise<void> {
	const { session, main, settings } = context;
	const question = `What does ${main.user} ask?`;
	const answer = `The fixed answer of ${main.user}.`;
	let left: string | undefined;
	session.onEnd(async () => {
		if (!left) return;
		await main.run('annotation.delete', { annotationId: byId(left) });
		session.removed.push('the annotation');
	});
	const created = await session.check('Annotation > Create', async () => {
		const item = await main.one('annotation.create', { question: 'first', answer: 'first' });
		left = String(item.id);
		assertShape(item, { ...ANNOTATION, hit_count: 'number', created_at: 'number' });
		return left;
	});
	await session.check('Annotation > Update', async () => {
		const annotationId = byId(created.get());
		const item = await main.one('annotation.update', { annotationId, question, answer });
		assertSame([item.question, item.answer], [question, answer], 'question and answer');
	});
	await session.check('Annotation > Get Many', async () => {
		const id = created.get();
		const options = { keyword: main.user };
		const { json } = await main.run('annotation.getAll', { returnAll: true, options });
		assertSame(
			json.map((item) => item.id),
			[id],
			'the annotations with the keyword',
		);
	});
	const { embeddingProvider: provider, embeddingModel: model } = settings;
	if (provider && model) await annotationReply(context, { question, answer });
	else {
		session.notPossible(
			'set DIFY_EMBEDDING_PROVIDER and DIFY_EMBEDDING_MODEL',
			'Annotation > Configure Reply',
			'Annotation > Get Reply Status',
		);
	}
	await session.check('Annotation > Delete', async () => {
		const id = created.get();
		const item = await main.one('annotation.delete', { annotationId: byId(id) });
		assertSame(item, { deleted: true }, 'the item');
		left = undefined;
		const { json } = await main.run('annotation.getAll', { returnAll: true });
		assert(!json.some((annotation) => annotation.id === id), 'it is still listed');
	});
}
