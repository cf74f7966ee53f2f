import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined, trimmed } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { optionalModel } from '../modelOption';
import { embeddingModelField } from '../pickers';
import { descriptionOption, indexingTechniqueField, nameField, permissionField } from './fields';
import { retrievalOptions } from './retrievalFields';
import { retrievalModel, retrievalOverrides } from './retrievalModel';

const externalApiOption: INodeProperties = {
	displayName: 'External Knowledge API ID',
	name: 'externalKnowledgeApiId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2',
	description: 'The connection to a knowledge base outside of Dify, as it is set up in Dify',
};

const externalIdOption: INodeProperties = {
	displayName: 'External Knowledge ID',
	name: 'externalKnowledgeId',
	type: 'string',
	default: '',
	placeholder: 'e.g. AAAABBBB',
	description: 'The ID of the knowledge base outside of Dify',
};

/** POST /datasets. */
export const create: Operation = {
	name: 'Create',
	action: 'Create knowledge base',
	description: 'Create an empty knowledge base',
	fields: [
		nameField,
		indexingTechniqueField,
		permissionField,
		optionsField(
			descriptionOption,
			{
				...embeddingModelField,
				required: false,
				description:
					'The model that turns texts into vectors; without one Dify takes that of the workspace',
			},
			externalApiOption,
			externalIdOption,
			...retrievalOptions,
		),
	],
	execute: async (item) => json(await knowledge(item).post('/datasets', bodyOf(item))),
};

function bodyOf(item: Item): IDataObject {
	const technique = asText(item.value('indexingTechnique'));
	const model = optionalModel(item, 'options.embeddingModel');
	const overrides = retrievalOverrides(item);
	return defined({
		name: item.text('name').trim(),
		description: asText(item.options.description),
		permission: item.value('permission'),
		...(externalOf(item) ?? { indexing_technique: technique }),
		embedding_model: model?.model,
		embedding_model_provider: model?.provider,
		retrieval_model: Object.keys(overrides).length > 0 ? retrievalModel({}, overrides) : undefined,
	} as IDataObject);
}

/** Knowledge outside of Dify is not indexed by Dify. */
function externalOf(item: Item): IDataObject | undefined {
	const api = trimmed(item.options.externalKnowledgeApiId);
	if (api === undefined) return undefined;
	return {
		provider: 'external',
		external_knowledge_api_id: api,
		external_knowledge_id: item.id('options.externalKnowledgeId'),
	};
}
