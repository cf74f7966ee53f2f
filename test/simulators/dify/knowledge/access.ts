import type { RequestContext } from '../context';
import { forbidden, notFound, unauthorized } from '../errors';
import { settle } from './indexing';
import type { KnowledgeDocument, Segment } from './records';

const TOO_MANY =
	'Sorry, you have reached the knowledge base request rate limit of your subscription.';

/** A key of the workspace, a base that exists and may be used by API, and the rate limit. */
export function enterKnowledge(context: RequestContext, token: string, limited: boolean): void {
	const { knowledge } = context.core.state;
	if (!knowledge.keys.includes(token)) throw unauthorized('Access token is invalid');
	const id = context.params.dataset_id?.toLowerCase();
	if (id !== undefined) {
		const base = knowledge.bases.get(id);
		if (!base) throw notFound('Dataset not found.');
		if (!base.enableApi) throw forbidden('Dataset api access is not enabled.');
		context.base = base;
	}
	if (limited) countRequest(context);
}

/** Requests that are refused count as well. */
function countRequest({ core }: RequestContext): void {
	const { knowledgeRateLimit: limit, knowledgeRateWindowMs: window } = core.settings;
	if (limit <= 0) return;
	const { rateHits } = core.state.knowledge;
	const now = Date.now();
	rateHits.push(now);
	while (rateHits[0] !== undefined && rateHits[0] <= now - window) rateHits.shift();
	if (rateHits.length > limit) throw forbidden(TOO_MANY);
}

/** The document of the path, where its indexing is now. */
export function documentOf(
	context: RequestContext,
	missing = 'Document not found.',
): KnowledgeDocument {
	const found = context.base.documents.get(context.param('document_id').toLowerCase());
	if (!found) throw notFound(missing);
	settle(context.core, found);
	return found;
}

/** A chunk of the path; before 1.16 any document's. */
export function segmentOf(context: RequestContext, document: KnowledgeDocument): Segment {
	const id = context.param('segment_id').toLowerCase();
	const documents = context.core.traits.checksChunkDocument
		? [document]
		: context.base.documents.values();
	for (const candidate of documents) {
		const found = candidate.segments.find((segment) => segment.id === id);
		if (found) return found;
	}
	throw notFound('Segment not found.');
}

/** What a delete answers. */
export function sendDeleted(context: RequestContext): void {
	if (context.core.traits.deletesAnswer200) context.send(200, 204);
	else context.sendEmpty(204);
}
