import type { RequestContext } from '../../context';
import { DifyError, invalidParam } from '../../errors';
import { Fields, isDict, METHODS, readRetrievalModel } from '../../knowledge/check';
import { OPERATORS } from '../../knowledge/filters';
import { checkRerankModel } from '../../knowledge/models';
import { search, type Hit } from '../../knowledge/retrieval';
import { segmentView } from '../../knowledge/views';
import type { Router } from '../../router';
import type { Dict } from '../../types';

/** What a base is searched with that has no model of its own. */
const DEFAULT_MODEL: Dict = {
	search_method: 'semantic_search',
	reranking_enable: false,
	top_k: 4,
	score_threshold_enabled: false,
};

const NEEDED = ['search_method', 'score_threshold_enabled', 'reranking_enable', 'top_k'];

/** Before 1.14 half a model was taken, and failed in the middle. */
function looseModel(fields: Fields): Dict | undefined {
	const model = fields.dict('retrieval_model');
	fields.done();
	const missing = model && NEEDED.find((name) => !(name in model));
	if (missing) throw new DifyError(500, 'internal_server_error', `'${missing}'`);
	const method = String(model?.search_method);
	if (model && !METHODS.includes(method)) {
		throw invalidParam(`'${method}' is not a valid RetrievalMethod`);
	}
	return model;
}

function checkFilter(fields: Fields, model: Dict): void {
	const filter = model.metadata_filtering_conditions;
	if (!isDict(filter) || !Array.isArray(filter.conditions)) return;
	filter.conditions.filter(isDict).forEach((condition, index) => {
		const path = `retrieval_model.metadata_filtering_conditions.conditions.${index}`;
		fields.inside(path, condition, (inner) => {
			inner.text('name', { required: true });
			inner.text('comparison_operator', { required: true, among: OPERATORS });
		});
	});
}

function recordView(context: RequestContext, { document, segment, score, children }: Hit): Dict {
	const full = segmentView(segment);
	const {
		child_chunks: _c,
		attachments: _a,
		summary,
		updated_at: _u,
		updated_by: _b,
		...view
	} = full;
	// Since 1.14 some fields are lost on the way, and empty lists are lists.
	const normal = context.core.traits.retrievalQueryText;
	if (normal) Object.assign(view, { sign_content: null, created_at: null });
	if (normal) view.keywords ??= [];
	const empty = normal ? [] : null;
	return {
		segment: {
			...view,
			document: {
				id: document.id,
				data_source_type: document.dataSourceType,
				name: document.name,
				doc_type: null,
				doc_metadata: document.metadata,
			},
		},
		child_chunks: children.length > 0 ? children : empty,
		score,
		tsne_position: null,
		files: empty,
		summary,
	};
}

/** A model that is given replaces the saved one completely. */
function retrieve(context: RequestContext): void {
	const { base, core } = context;
	const fields = new Fields('HitTestingPayload', context.json());
	const query = fields.text('query', { required: true, max: 250 });
	const strict = core.traits.strictRetrievalModel;
	const given = strict ? readRetrievalModel(fields) : looseModel(fields);
	if (given) checkFilter(fields, given);
	fields.done();
	if (!query) throw invalidParam('Query or attachment_ids is required');
	if (given?.reranking_enable) checkRerankModel(core, given);
	base.queries.push(query);
	const hits = search(core, base, query, given ?? base.retrievalModel ?? DEFAULT_MODEL);
	for (const { segment, document } of hits) {
		segment.hitCount += 1;
		document.hitCount += 1;
	}
	context.send(200, {
		query: core.traits.retrievalQueryText ? query : { content: query },
		records: hits.map((hit) => recordView(context, hit)),
	});
}

export function addRetrieveRoutes(router: Router): void {
	for (const name of ['retrieve', 'hit-testing']) {
		router.add({
			method: 'POST',
			pattern: `/v1/datasets/{dataset_id:uuid}/${name}`,
			handler: retrieve,
			key: 'dataset',
			rateLimited: true,
		});
	}
}
