import type { IDataObject } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, asText, defined, pick } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { readBase } from '../../transport/knowledgeBase';
import { optionalModel } from '../modelOption';
import { datasetField, embeddingModelField } from '../pickers';
import { descriptionOption, indexingTechniqueField, nameField, permissionField } from './fields';
import { retrievalOptions } from './retrievalFields';
import { retrievalModel, retrievalOverrides } from './retrievalModel';

/** PATCH /datasets/{dataset_id}. */
export const update: Operation = {
	name: 'Update',
	action: 'Update knowledge base',
	description: 'Change settings of a knowledge base; what is not set stays as it is',
	fields: [
		datasetField,
		optionsField(
			descriptionOption,
			{
				...embeddingModelField,
				required: false,
				description:
					'The model that turns texts into vectors. Dify embeds all documents anew if it changes.',
			},
			indexingTechniqueField,
			{ ...nameField, required: false },
			permissionField,
			...retrievalOptions,
		),
	],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const base = await readBase(item, datasetId);
		const changes = changesOf(item, base);
		if (Object.keys(changes).length === 0) {
			throw invalidValue('There is nothing to update', 'Add an option with the new value');
		}
		const body = { ...changes, ...external(base) };
		return json(await knowledge(item).patch(path`/datasets/${datasetId}`, body));
	},
	exclusiveKey: (item) => item.optionalId('datasetId'),
};

function changesOf(item: Item, base: IDataObject): IDataObject {
	const { name, description, permission } = item.options;
	const overrides = retrievalOverrides(item);
	return defined({
		name: asText(name)?.trim(),
		description,
		permission,
		...indexing(item, base),
		retrieval_model:
			Object.keys(overrides).length > 0 ? retrievalModel(base, overrides) : undefined,
	});
}

/**
 * Technique and model go together: with a model alone Dify keeps the old vectors, and it fails on the
 * change from economy to high quality without a model.
 *
 * @throws ChatflowError if they do not fit each other.
 */
function indexing(item: Item, base: IDataObject): IDataObject {
	const wanted = asText(item.options.indexingTechnique);
	const model = optionalModel(item, 'options.embeddingModel');
	const technique = wanted ?? asText(base.indexing_technique) ?? 'high_quality';
	if (model && technique === 'economy') {
		throw invalidValue(
			'An economy knowledge base has no embedding model',
			'Set Indexing Technique to High Quality, too, or remove Embedding Model',
		);
	}
	if (model) {
		return {
			indexing_technique: technique,
			embedding_model: model.model,
			embedding_model_provider: model.provider,
		};
	}
	if (wanted === 'high_quality' && !asText(base.embedding_model)) {
		throw invalidValue(
			'High Quality needs an embedding model',
			'Add the option Embedding Model: Dify does not choose one for a knowledge base that exists',
		);
	}
	return defined({
		indexing_technique: wanted,
		...(wanted === 'high_quality' && pick(base, ['embedding_model', 'embedding_model_provider'])),
	});
}

/** Dify wants both ids with every change of a base that lies outside of it. */
function external({ provider, external_knowledge_info: info }: IDataObject): IDataObject {
	if (provider !== 'external') return {};
	return pick(asObject(info), ['external_knowledge_id', 'external_knowledge_api_id']);
}
