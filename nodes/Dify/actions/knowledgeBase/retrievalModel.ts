import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import { asObject, defined, pick } from '../../../shared/values';
import { optionalModel } from '../modelOption';

/** What Dify searches with when nothing was ever set. */
const DEFAULTS = {
	search_method: 'semantic_search',
	reranking_enable: false,
	top_k: 4,
	score_threshold_enabled: false,
};

/** The fields of a saved model that can be sent back as they are. */
const FIELDS = [
	...Object.keys(DEFAULTS),
	'reranking_mode',
	'reranking_model',
	'weights',
	'score_threshold',
];

/** What the options say about searching, as fields of Dify's retrieval model; empty if nothing. */
export function retrievalOverrides(item: Item): IDataObject {
	const { searchMethod, topK, scoreThreshold } = item.options;
	const rerank = optionalModel(item, 'options.rerankModel');
	const threshold = scoreThreshold === undefined ? undefined : Number(scoreThreshold);
	return defined({
		search_method: searchMethod,
		top_k: topK === undefined ? undefined : Number(topK),
		...(threshold !== undefined && {
			score_threshold_enabled: threshold > 0,
			score_threshold: threshold,
		}),
		...(rerank && {
			reranking_enable: true,
			reranking_mode: 'reranking_model',
			reranking_model: {
				reranking_provider_name: rerank.provider,
				reranking_model_name: rerank.model,
			},
		}),
	});
}

/**
 * A whole retrieval model: Dify rejects one without its mandatory fields, and puts it in the place of
 * the one that is saved with the knowledge base.
 *
 * @param base The knowledge base as Dify describes it; empty for a new one.
 */
export function retrievalModel(base: IDataObject, overrides: IDataObject): IDataObject {
	const saved = pick(asObject(base.retrieval_model_dict), FIELDS);
	const known = Object.entries(saved).filter(([, value]) => value !== null);
	return { ...DEFAULTS, ...Object.fromEntries(known), ...overrides };
}
