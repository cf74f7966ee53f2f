import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { datasetField, documentField } from '../pickers';

/** DELETE /datasets/{dataset_id}/documents/{document_id}; any success counts (SERVER.md, "Knowledge: documents"). */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete document',
	description: 'Delete a document with all its chunks',
	fields: [datasetField, documentField, optionsField()],
	execute: async (item) => {
		const call = path`/datasets/${item.id('datasetId')}/documents/${item.id('documentId')}`;
		await knowledge(item).delete(call);
		return json({ deleted: true });
	},
};
