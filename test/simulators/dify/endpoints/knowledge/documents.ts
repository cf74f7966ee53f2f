import type { RequestContext } from '../../context';
import { DifyError, notFound } from '../../errors';
import { documentOf } from '../../knowledge/access';
import { displayStatus, settle } from '../../knowledge/indexing';
import { pageOf, paged } from '../../knowledge/lists';
import { metadataView } from '../../knowledge/metadata';
import type { KnowledgeDocument } from '../../knowledge/records';
import { documentDetail, documentView, statusView } from '../../knowledge/views';
import type { Router } from '../../router';

const ALIASES: Record<string, string> = { active: 'available', enabled: 'available' };
const STATUSES = ['queuing', 'indexing', 'paused', 'error', 'available', 'disabled', 'archived'];

/** SQL's LIKE: `%` and `_` stand for anything; letters as they are. */
function like(keyword: string): RegExp {
	const source = keyword
		.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
		.replaceAll('%', '.*')
		.replaceAll('_', '.');
	return new RegExp(source, 's');
}

/** Newest first. An unknown status is passed over. */
function list(context: RequestContext): void {
	const { base, core } = context;
	const { page, limit } = pageOf(context, 'DocumentListQuery');
	const asked = (context.query('status') ?? '').toLowerCase();
	const status = ALIASES[asked] ?? asked;
	const pattern = like(context.query('keyword') ?? '');
	const all = [...base.documents.values()];
	for (const document of all) settle(core, document, true);
	const found = all
		.filter((document) => pattern.test(document.name))
		.filter((document) => !STATUSES.includes(status) || displayStatus(document) === status)
		.sort((a, b) => b.createdAt - a.createdAt || b.position - a.position);
	const view = (document: KnowledgeDocument): ReturnType<typeof documentView> =>
		documentView(core, base, document);
	context.send(200, paged(found, page, limit, view));
}

function detail(context: RequestContext): void {
	const { base, core } = context;
	const document = documentOf(context);
	const metadata = context.query('metadata') ?? 'all';
	if (!['all', 'only', 'without'].includes(metadata)) {
		throw new DifyError(400, 'invalid_metadata', `Invalid metadata value: ${metadata}`);
	}
	settle(core, document, true);
	if (metadata === 'only') {
		context.send(200, {
			id: document.id,
			doc_type: null,
			doc_metadata: metadataView(base, document),
		});
		return;
	}
	context.send(200, documentDetail(core, base, document, metadata === 'all'));
}

function indexingStatus(context: RequestContext): void {
	const batch = context.param('batch');
	const found = [...context.base.documents.values()].filter((entry) => entry.batch === batch);
	if (found.length === 0) throw notFound('Documents not found.');
	for (const document of found) settle(context.core, document, true);
	context.send(200, { data: found.map(statusView) });
}

export function addDocumentRoutes(router: Router): void {
	const all = '/v1/datasets/{dataset_id:uuid}/documents';
	router
		.add({ method: 'GET', pattern: all, handler: list, key: 'dataset' })
		.add({
			method: 'GET',
			pattern: `${all}/{document_id:uuid}`,
			handler: detail,
			key: 'dataset',
		})
		.add({
			method: 'GET',
			pattern: `${all}/{batch}/indexing-status`,
			handler: indexingStatus,
			key: 'dataset',
		});
}
