import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import type { Item } from '../../../shared/item';
import { readTags, readTagsOf } from '../../transport/tags';
import { datasetField } from '../pickers';

const datasetOption = {
	...datasetField,
	required: false,
	description: 'Only the tags of this knowledge base',
};

/** GET /datasets/tags; of one knowledge base GET /datasets/{dataset_id}/tags. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many tags',
	description: 'Get the tags of the workspace, or of one knowledge base',
	fields: [returnAllField, limitField, optionsField(datasetOption)],
	execute: async (item) => {
		const datasetId = item.optionalId('options.datasetId');
		const tags = datasetId ? await readTagsOf(item, datasetId) : await allTags(item);
		return jsonList(tags.slice(0, item.limit));
	},
};

async function allTags(item: Item) {
	const { tags, isComplete } = await readTags(item);
	if (!isComplete) {
		item.hint([
			'This version of Dify cannot list tags. These are the ones that knowledge bases have; others are missing.',
		]);
	}
	return tags;
}
