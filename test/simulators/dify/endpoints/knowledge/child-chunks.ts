import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../context';
import { notFound } from '../../errors';
import { documentOf, segmentOf, sendDeleted } from '../../knowledge/access';
import { Fields } from '../../knowledge/check';
import { requireEmbedding } from '../../knowledge/models';
import type { ChildChunk, Segment } from '../../knowledge/records';
import { childView } from '../../knowledge/views';
import type { Router } from '../../router';

function parentOf(context: RequestContext): Segment {
	return segmentOf(context, documentOf(context));
}

/** Here the parts of the path must belong together on every version. */
function childOf(context: RequestContext): { segment: Segment; child: ChildChunk } {
	const document = documentOf(context);
	const segment = segmentOf(context, document);
	if (segment.documentId !== document.id) throw notFound('Segment not found.');
	const id = context.param('child_chunk_id').toLowerCase();
	const child = segment.children.find((entry) => entry.id === id);
	if (!child) throw notFound('Child chunk not found.');
	return { segment, child };
}

function readContent(context: RequestContext, model: string): string {
	const fields = new Fields(model, context.json());
	const content = fields.text('content', { required: true }) ?? '';
	fields.done();
	return content;
}

/** No `has_more` here. */
function list(context: RequestContext): void {
	const segment = parentOf(context);
	const page = context.integer('ChildChunkListQuery', 'page', 1, 1, Number.MAX_SAFE_INTEGER);
	const asked = context.integer('ChildChunkListQuery', 'limit', 20, 1, Number.MAX_SAFE_INTEGER);
	const limit = Math.min(asked, 100);
	const keyword = (context.query('keyword') ?? '').toLowerCase();
	const found = segment.children
		.filter((child) => child.content.toLowerCase().includes(keyword))
		.sort((a, b) => a.position - b.position);
	context.send(200, {
		data: found.slice((page - 1) * limit, page * limit).map(childView),
		total: found.length,
		total_pages: Math.ceil(found.length / limit),
		page,
		limit,
	});
}

function create(context: RequestContext): void {
	const segment = parentOf(context);
	requireEmbedding(context);
	const now = Date.now();
	const child: ChildChunk = {
		id: randomUUID(),
		segmentId: segment.id,
		position: Math.max(0, ...segment.children.map(({ position }) => position)) + 1,
		content: readContent(context, 'ChildChunkCreatePayload'),
		type: 'customized',
		createdAt: now,
		updatedAt: now,
	};
	segment.children.push(child);
	context.core.state.knowledge.count('childChunk.create');
	context.send(200, { data: childView(child) });
}

function update(context: RequestContext): void {
	const { child } = childOf(context);
	child.content = readContent(context, 'ChildChunkUpdatePayload');
	child.updatedAt = Date.now();
	context.core.state.knowledge.count('childChunk.update');
	context.send(200, { data: childView(child) });
}

function remove(context: RequestContext): void {
	const { segment, child } = childOf(context);
	segment.children = segment.children.filter((entry) => entry !== child);
	context.core.state.knowledge.count('childChunk.delete');
	sendDeleted(context);
}

export function addChildChunkRoutes(router: Router): void {
	const all =
		'/v1/datasets/{dataset_id:uuid}/documents/{document_id:uuid}/segments/{segment_id:uuid}/child_chunks';
	const one = `${all}/{child_chunk_id:uuid}`;
	const write = { key: 'dataset', rateLimited: true } as const;
	router
		.add({ method: 'GET', pattern: all, handler: list, key: 'dataset' })
		.add({ ...write, method: 'POST', pattern: all, handler: create })
		.add({ ...write, method: 'PATCH', pattern: one, handler: update })
		.add({ ...write, method: 'DELETE', pattern: one, handler: remove });
}
