import type { INodeProperties } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { readModels } from '../../transport/models';

const modelTypeField: INodeProperties = {
	displayName: 'Model Type',
	name: 'modelType',
	type: 'options',
	options: [
		{ name: 'Large Language Model', value: 'llm' },
		{ name: 'Moderation', value: 'moderation' },
		{ name: 'Rerank', value: 'rerank' },
		{ name: 'Speech to Text', value: 'speech2text' },
		{ name: 'Text Embedding', value: 'text-embedding' },
		{ name: 'Text to Speech', value: 'tts' },
	],
	default: 'text-embedding',
	description: 'What the models do',
};

/** GET /workspaces/current/models/model-types/{model_type}. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many models',
	description: 'Get the models of one type that the workspace can use',
	fields: [modelTypeField, returnAllField, limitField, optionsField()],
	execute: async (item) => {
		const models = await readModels(item, item.id('modelType'));
		return jsonList(models.slice(0, item.limit));
	},
};
