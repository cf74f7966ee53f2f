import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { readTagsOf } from '../../transport/tags';
import { datasetField, tagField } from '../pickers';
import { pickedTag } from './pickedTag';

/** POST /datasets/tags/unbinding: older servers know `tag_id` only, newer ones a list, too. */
export const removeFromKnowledgeBase: Operation = {
	name: 'Remove From Knowledge Base',
	action: 'Remove tag from knowledge base',
	description: 'Take a tag from a knowledge base, and get the tags that it has left',
	fields: [datasetField, tagField, optionsField()],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const body = { tag_id: await pickedTag(item), target_id: datasetId };
		await knowledge(item).post('/datasets/tags/unbinding', body);
		return json({ dataset_id: datasetId, tags: await readTagsOf(item, datasetId) });
	},
};
