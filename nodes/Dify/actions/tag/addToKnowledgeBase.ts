import type { INodeProperties } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { readTagsOf } from '../../transport/tags';
import { datasetField, tagField } from '../pickers';
import { createTag } from './create';
import { isByName, pickedTag, tagNamed } from './pickedTag';

const createMissingOption: INodeProperties = {
	displayName: 'Create Missing Tag',
	name: 'createMissing',
	type: 'boolean',
	default: true,
	description: 'Whether to create a tag that is named by its name and does not exist',
};

/** POST /datasets/tags/binding: unknown tags are passed over without a word. */
export const addToKnowledgeBase: Operation = {
	name: 'Add to Knowledge Base',
	action: 'Add tag to knowledge base',
	description: 'Give a knowledge base a tag, and get all tags that it has then',
	fields: [datasetField, tagField, optionsField(createMissingOption)],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const tagId = await wantedTag(item);
		const body = { tag_ids: [tagId], target_id: datasetId };
		await knowledge(item).post('/datasets/tags/binding', body);
		const tags = await readTagsOf(item, datasetId);
		if (!tags.some(({ id }) => id === tagId)) throw unknownTag(tagId);
		return json({ dataset_id: datasetId, tags });
	},
	exclusiveKey: (item) => item.optionalId('tagId'),
};

async function wantedTag(item: Item): Promise<string> {
	if (!isByName(item) || item.options.createMissing !== true) return await pickedTag(item);
	const name = item.id('tagId');
	const id = (await tagNamed(item, name)) ?? asText((await createTag(item, name)).id);
	return id ?? (await pickedTag(item));
}

function unknownTag(tagId: string): ChatflowError {
	return new ChatflowError({
		message: 'Dify does not know this tag',
		description: 'Check Tag: Tag > Get Many shows the tags with their IDs',
		details: { tag_id: tagId },
	});
}
