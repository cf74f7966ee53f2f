import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { cannotTellTag } from '../../transport/tags';
import { tagField } from '../pickers';
import { nameField } from './fields';
import { pickedTag } from './pickedTag';

/** PATCH /datasets/tags. */
export const update: Operation = {
	name: 'Update',
	action: 'Update tag',
	description: 'Rename a tag',
	fields: [tagField, nameField, optionsField()],
	execute: async (item) => {
		const id = await pickedTag(item);
		const name = item.text('name').trim();
		try {
			return json(jsonObject(await knowledge(item).patch('/datasets/tags', { tag_id: id, name })));
		} catch (error) {
			if (!cannotTellTag(error)) return await Promise.reject(error);
			return json({ id, name, type: 'knowledge' });
		}
	},
};
