import type { SimulatorCore } from '../core';
import { DifyError, invalidParam } from '../errors';
import type { RequestContext } from '../context';
import { isDict } from './check';

/** A short name is one of langgenius. */
function fullName(provider: string): string {
	return provider.includes('/') ? provider : `langgenius/${provider}/${provider}`;
}

/** A provider must be there; its models are not looked at. */
function checkProvider(core: SimulatorCore, provider: string): void {
	const known = core.state.knowledge.models.some((entry) => entry.provider === fullName(provider));
	if (!known) throw invalidParam(`Provider ${provider} does not exist.`);
}

/** Both fields must be given for anything to be checked. */
export function checkEmbeddingModel(core: SimulatorCore, provider?: string, model?: string): void {
	if (provider && model) checkProvider(core, provider);
}

export function checkRerankModel(core: SimulatorCore, retrievalModel: unknown): void {
	if (!isDict(retrievalModel) || !isDict(retrievalModel.reranking_model)) return;
	const { reranking_provider_name: provider, reranking_model_name: model } =
		retrievalModel.reranking_model as Record<string, string | undefined>;
	if (provider && model) checkProvider(core, provider);
}

/** Chunks of a high-quality base cannot be touched without a model. */
export function requireEmbedding({ base, core }: RequestContext): void {
	if (base.indexingTechnique !== 'high_quality') return;
	if (core.state.knowledge.defaultModel('text-embedding')) return;
	throw new DifyError(
		400,
		'provider_not_initialize',
		'No Embedding Model available. Please configure a valid provider in the Settings -> Model Provider.',
	);
}

/** The given model, or the workspace's default; 400 where there is none. */
export function defaultEmbedding(
	core: SimulatorCore,
	provider?: string,
	model?: string,
): { embeddingModel: string; embeddingModelProvider: string } {
	if (provider && model) return { embeddingModel: model, embeddingModelProvider: provider };
	const found = core.state.knowledge.defaultModel('text-embedding');
	if (!found) throw noModel();
	return { embeddingModel: found.model, embeddingModelProvider: found.provider };
}

export function noModel(): DifyError {
	return new DifyError(400, 'invalid_param', 'Default model not found for text-embedding');
}
