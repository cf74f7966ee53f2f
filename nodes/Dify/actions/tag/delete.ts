import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { tagField } from '../pickers';
import { pickedTag } from './pickedTag';

/** DELETE /datasets/tags, which names the tag in its body. */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete tag',
	description: 'Delete a tag; knowledge bases that have it lose it',
	fields: [tagField, optionsField()],
	execute: async (item) => {
		await knowledge(item).delete('/datasets/tags', { tag_id: await pickedTag(item) });
		return json({ deleted: true });
	},
};
