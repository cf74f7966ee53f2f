import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { oneFields, onePath } from './fields';

/** DELETE …/segments/{segment_id}, or …/child_chunks/{child_chunk_id}. */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete chunk',
	description: 'Delete a chunk of a document, or a part of a chunk',
	fields: [...oneFields, optionsField()],
	execute: async (item) => {
		await knowledge(item).delete(onePath(item));
		return json({ deleted: true });
	},
};
