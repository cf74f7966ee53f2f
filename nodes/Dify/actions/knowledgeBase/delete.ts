import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { datasetField } from '../pickers';

/** DELETE /datasets/{dataset_id}. */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete knowledge base',
	description:
		'Delete a knowledge base with all of its documents, even if apps use it: they lose it silently',
	fields: [datasetField, optionsField()],
	execute: async (item) => {
		await knowledge(item).delete(path`/datasets/${item.id('datasetId')}`);
		return json({ deleted: true });
	},
};
