import type { SimulatorCore } from '../core';
import { DifyError, invalidParam } from '../errors';
import type { Dict } from '../types';
import { isDict } from './check';
import type { ModelEntry } from './records';

function find(
	core: SimulatorCore,
	type: ModelEntry['type'],
	provider: string,
	model: string,
): ModelEntry | undefined {
	// A short name is one of langgenius.
	const full = provider.includes('/') ? provider : `langgenius/${provider}/${provider}`;
	return core.state.knowledge.models.find(
		(entry) => entry.type === type && entry.provider === full && entry.model === model,
	);
}

/** Both fields must be given for anything to be checked. */
export function checkEmbeddingModel(core: SimulatorCore, provider?: string, model?: string): void {
	if (!provider || !model || find(core, 'text-embedding', provider, model)) return;
	throw invalidParam(
		'No Embedding Model available. Please configure a valid provider in the Settings -> Model Provider.',
	);
}

export function checkRerankModel(core: SimulatorCore, retrievalModel: unknown): void {
	if (!isDict(retrievalModel) || !isDict(retrievalModel.reranking_model)) return;
	const { reranking_provider_name: provider, reranking_model_name: model } =
		retrievalModel.reranking_model as Dict & Record<string, string | undefined>;
	if (!provider || !model || find(core, 'rerank', provider, model)) return;
	throw invalidParam(
		'No Rerank Model available. Please configure a valid provider in the Settings -> Model Provider.',
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
