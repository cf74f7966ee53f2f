import type { RequestContext } from '../../context';
import { DifyError, invalidParam, notFound } from '../../errors';
import { documentOf, segmentOf, sendDeleted } from '../../knowledge/access';
import { Fields, isDict } from '../../knowledge/check';
import { newSegment, regenerateChildren } from '../../knowledge/chunking';
import { paged } from '../../knowledge/lists';
import { requireEmbedding } from '../../knowledge/models';
import type { KnowledgeDocument, Segment } from '../../knowledge/records';
import { changeSegment } from '../../knowledge/segment-changes';
import { segmentView } from '../../knowledge/views';
import type { Router } from '../../router';
import type { Dict } from '../../types';

function serverError(): DifyError {
	return new DifyError(500, 'unknown', 'Internal Server Error');
}

/** `page` or `limit` that is no number falls back, and the server fails over it. */
function whole(context: RequestContext, name: string, fallback: number): number {
	const raw = context.query(name);
	if (raw === undefined) return fallback;
	if (!/^-?\d+$/.test(raw)) throw serverError();
	return Number(raw);
}

function list(context: RequestContext): void {
	const document = documentOf(context);
	requireEmbedding(context);
	const statuses = context.url.searchParams.getAll('status');
	const keyword = (context.query('keyword') ?? '').toLowerCase();
	const found = document.segments
		.filter((segment) => statuses.length === 0 || statuses.includes(segment.status))
		.filter((segment) => segment.content.toLowerCase().includes(keyword))
		.sort((a, b) => a.position - b.position);
	const page = whole(context, 'page', 1);
	const limit = whole(context, 'limit', 20);
	context.send(200, { ...paged(found, page, limit, segmentView), doc_form: document.docForm });
}

function readNew(document: KnowledgeDocument, given: unknown): Dict {
	const chunk = isDict(given) ? given : {};
	if (document.docForm === 'qa_model' && !String(chunk.answer ?? '').trim()) {
		throw invalidParam('Answer is required');
	}
	if (!String(chunk.content ?? '').trim()) throw invalidParam('Content is empty');
	return chunk;
}

function addSegment(document: KnowledgeDocument, chunk: Dict): Segment {
	const last = Math.max(0, ...document.segments.map(({ position }) => position));
	const segment = newSegment(document.id, last + 1, String(chunk.content));
	if (document.docForm === 'qa_model') segment.answer = String(chunk.answer);
	segment.keywords = Array.isArray(chunk.keywords) ? chunk.keywords.map(String) : [];
	if (document.docForm === 'hierarchical_model') {
		regenerateChildren(segment, document.processRule);
	}
	document.segments.push(segment);
	document.wordCount = (document.wordCount ?? 0) + segment.content.length;
	return segment;
}

function create(context: RequestContext): void {
	const document = documentOf(context);
	if (document.status !== 'completed') throw notFound('Document is not completed.');
	if (!document.enabled) throw notFound('Document is disabled.');
	requireEmbedding(context);
	const fields = new Fields('SegmentCreatePayload', context.json());
	const given = fields.list('segments');
	fields.done();
	if (!given) {
		context.send(400, { error: 'Segments is required' });
		return;
	}
	const chunks = given.map((chunk) => readNew(document, chunk));
	if (chunks.some(({ keywords }) => keywords && !Array.isArray(keywords))) throw serverError();
	const made = chunks.map((chunk) => addSegment(document, chunk));
	context.core.state.knowledge.count('chunk.create', made.length);
	context.send(200, { data: made.map(segmentView), doc_form: document.docForm });
}

function detail(context: RequestContext): void {
	const document = documentOf(context);
	const segment = segmentOf(context, document);
	context.send(200, { data: segmentView(segment), doc_form: document.docForm });
}

function update(context: RequestContext): void {
	const document = documentOf(context);
	const segment = segmentOf(context, document);
	const fields = new Fields('SegmentUpdatePayload', context.json());
	const given = fields.dict('segment', { required: true }) ?? {};
	fields.inside('segment', given, (inner) => {
		inner.text('content');
		inner.text('answer');
		inner.list('keywords');
		inner.flag('enabled');
		inner.flag('regenerate_child_chunks');
	});
	fields.done();
	changeSegment(context, document, segment, given);
	context.core.state.knowledge.count('chunk.update');
	context.send(200, { data: segmentView(segment), doc_form: document.docForm });
}

function remove(context: RequestContext): void {
	const segment = segmentOf(context, documentOf(context));
	const owner = context.base.documents.get(segment.documentId);
	if (owner) {
		owner.segments = owner.segments.filter((entry) => entry !== segment);
		owner.wordCount = Math.max(0, (owner.wordCount ?? 0) - segment.content.length);
	}
	context.core.state.knowledge.count('chunk.delete');
	sendDeleted(context);
}

export function addSegmentRoutes(router: Router): void {
	const all = '/v1/datasets/{dataset_id:uuid}/documents/{document_id:uuid}/segments';
	const one = `${all}/{segment_id:uuid}`;
	const write = { key: 'dataset', rateLimited: true } as const;
	router
		.add({ method: 'GET', pattern: all, handler: list, key: 'dataset' })
		.add({ ...write, method: 'POST', pattern: all, handler: create })
		.add({ method: 'GET', pattern: one, handler: detail, key: 'dataset' })
		.add({ ...write, method: 'POST', pattern: one, handler: update })
		.add({ ...write, method: 'DELETE', pattern: one, handler: remove });
}
