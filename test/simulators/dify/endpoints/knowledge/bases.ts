import type { RequestContext } from '../../context';
import { DifyError, invalidParam } from '../../errors';
import { sendDeleted } from '../../knowledge/access';
import { Fields, readRetrievalModel } from '../../knowledge/check';
import { pageOf, paged } from '../../knowledge/lists';
import { checkEmbeddingModel, checkRerankModel, defaultEmbedding } from '../../knowledge/models';
import type { KnowledgeBase } from '../../knowledge/records';
import { baseView, embeddingAvailable, retrievalModelOf } from '../../knowledge/views';
import type { Router } from '../../router';
import type { Dict } from '../../types';

const TECHNIQUES = ['high_quality', 'economy'] as const;
const PERMISSIONS = ['only_me', 'all_team_members', 'partial_members'] as const;

/** The fields that create and update share. */
function readBase(fields: Fields, required: boolean): Dict {
	return {
		name: fields.text('name', { required, min: 1, max: 40 }),
		description: fields.text('description', { max: 400 }),
		indexingTechnique: fields.text('indexing_technique', { among: TECHNIQUES }),
		permission: fields.text('permission', { among: PERMISSIONS }),
		retrievalModel: readRetrievalModel(fields),
	};
}

function withoutMissing(values: Dict): Dict {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function create(context: RequestContext): void {
	const { core } = context;
	const { knowledge } = core.state;
	const fields = new Fields('DatasetCreatePayload', context.json());
	const given = readBase(fields, true);
	const model = fields.text('embedding_model');
	const provider = fields.text('embedding_model_provider');
	fields.done();
	checkEmbeddingModel(core, provider, model);
	checkRerankModel(core, given.retrievalModel);
	const name = String(given.name);
	if (knowledge.baseByName(name)) {
		throw new DifyError(
			409,
			'dataset_name_duplicate',
			'The dataset name already exists. Please modify your dataset name.',
		);
	}
	const { body } = fields;
	// There are no external knowledge APIs here.
	if (body.provider === 'external' && body.external_knowledge_api_id) {
		throw invalidParam('api template not found');
	}
	// An embedding model is kept for high quality only.
	const embedding =
		given.indexingTechnique === 'high_quality' ? defaultEmbedding(core, provider, model) : {};
	const base = knowledge.addBase({
		...(withoutMissing(given) as Partial<KnowledgeBase>),
		...embedding,
		name,
		provider: body.provider === 'external' ? 'external' : 'vendor',
		summarySetting: (body.summary_index_setting as Dict | undefined) ?? null,
		external: {
			id: (body.external_knowledge_id as string | undefined) ?? null,
			apiId: (body.external_knowledge_api_id as string | undefined) ?? null,
		},
	});
	knowledge.count('base.create');
	context.send(200, baseView(core, base));
}

/** Older and newer servers refuse `tag_ids`: the parser gives a text where a list is wanted. */
function tagFilter(context: RequestContext): string[] {
	const ids = context.url.searchParams.getAll('tag_ids');
	if (ids.length === 0 || context.core.traits.filtersByTags) return ids;
	const fields = new Fields('DatasetListQuery', { tag_ids: ids[0] });
	fields.list('tag_ids');
	fields.done();
	return ids;
}

function list(context: RequestContext): void {
	const { core } = context;
	const { knowledge } = core.state;
	const { page, limit } = pageOf(context, 'DatasetListQuery');
	const tagIds = tagFilter(context);
	const keyword = (context.query('keyword') ?? '').toLowerCase();
	const all = /^(true|1|yes|on)$/i.test(context.query('include_all') ?? '');
	const tags = knowledge.tags.filter((tag) => tagIds.includes(tag.id));
	const found = [...knowledge.bases.values()]
		.filter((base) => base.name.toLowerCase().includes(keyword))
		.filter((base) => all || !base.othersOnly)
		.filter((base) => tags.every((tag) => tag.bindings.has(base.id)))
		.filter(() => tags.length === tagIds.length)
		.sort((a, b) => b.seq - a.seq);
	const view = (base: KnowledgeBase): Dict => ({
		...baseView(core, base),
		embedding_available: embeddingAvailable(core, base),
	});
	context.send(200, paged(found, page, limit, view));
}

function detail(context: RequestContext): void {
	const { base, core } = context;
	const view = { ...baseView(core, base), embedding_available: embeddingAvailable(core, base) };
	if (base.indexingTechnique !== 'high_quality') {
		Object.assign(view, {
			retrieval_model_dict: { ...retrievalModelOf(base), search_method: 'keyword_search' },
		});
	}
	if (base.permission === 'partial_members') {
		Object.assign(view, { partial_member_list: base.partialMembers });
	}
	context.send(200, view);
}

function update(context: RequestContext): void {
	const { base, core } = context;
	const fields = new Fields('DatasetUpdatePayload', context.json());
	const given = readBase(fields, false);
	const model = fields.text('embedding_model');
	const provider = fields.text('embedding_model_provider');
	const members = fields.list('partial_member_list') as Array<{ user_id?: string }> | undefined;
	fields.done();
	checkEmbeddingModel(core, provider, model);
	checkRerankModel(core, given.retrievalModel);
	const twin = given.name ? core.state.knowledge.baseByName(String(given.name)) : undefined;
	if (twin && twin !== base) throw invalidParam('Dataset name already exists');
	requireModelOnUpgrade(base, given, model, provider);
	Object.assign(base, withoutMissing(given));
	if (model && provider)
		Object.assign(base, { embeddingModel: model, embeddingModelProvider: provider });
	if (given.permission === 'partial_members' && members) {
		base.partialMembers = members.map((member) => member.user_id ?? '');
	} else if (given.permission) base.partialMembers = [];
	base.updatedAt = Date.now();
	core.state.knowledge.count('base.update');
	context.send(200, { ...baseView(core, base), partial_member_list: base.partialMembers });
}

/** From economy to high quality without a model the server fails. */
function requireModelOnUpgrade(
	base: KnowledgeBase,
	given: Dict,
	model?: string,
	provider?: string,
): void {
	const upgrade =
		base.indexingTechnique === 'economy' && given.indexingTechnique === 'high_quality';
	if (upgrade && !(model && provider)) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
}

function remove(context: RequestContext): void {
	const { knowledge } = context.core.state;
	knowledge.bases.delete(context.base.id);
	for (const tag of knowledge.tags) tag.bindings.delete(context.base.id);
	knowledge.count('base.delete');
	sendDeleted(context);
}

export function addBaseRoutes(router: Router): void {
	const one = '/v1/datasets/{dataset_id:uuid}';
	router
		.add({
			method: 'POST',
			pattern: '/v1/datasets',
			handler: create,
			key: 'dataset',
			rateLimited: true,
		})
		.add({ method: 'GET', pattern: '/v1/datasets', handler: list, key: 'dataset' })
		.add({ method: 'GET', pattern: one, handler: detail, key: 'dataset' })
		.add({ method: 'PATCH', pattern: one, handler: update, key: 'dataset', rateLimited: true })
		.add({ method: 'DELETE', pattern: one, handler: remove, key: 'dataset', rateLimited: true });
}
