import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { readMetadataFields } from '../../transport/wholeLists';
import { datasetField, metadataField } from '../pickers';

/** DELETE /datasets/{dataset_id}/metadata/{metadata_id}: 204 also if nothing was deleted. */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete metadata field',
	description: 'Delete a metadata field with its values in all documents',
	fields: [datasetField, metadataField, optionsField()],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const id = item.id('metadataId');
		await knowledge(item).delete(path`/datasets/${datasetId}/metadata/${id}`);
		const left = await readMetadataFields(item, datasetId);
		if (left.some((field) => field.id === id)) throw notDeleted();
		return json({ deleted: true });
	},
	exclusiveKey: (item) => item.optionalId('datasetId'),
};

function notDeleted(): ChatflowError {
	return new ChatflowError({
		message: 'Dify did not delete the metadata field',
		description:
			'Somebody else is changing the metadata of the knowledge base, or the server failed: try again later',
		failure: { cause: 'temporarily-unavailable' },
	});
}
