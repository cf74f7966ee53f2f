import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { datasetField, metadataField } from '../pickers';
import { nameField } from './fields';

/** PATCH /datasets/{dataset_id}/metadata/{metadata_id}. */
export const update: Operation = {
	name: 'Update',
	action: 'Update metadata field',
	description: 'Rename a metadata field',
	fields: [datasetField, metadataField, nameField, optionsField()],
	execute: async (item) => {
		const field = path`/datasets/${item.id('datasetId')}/metadata/${item.id('metadataId')}`;
		const body = { name: item.text('name').trim() };
		const renamed = jsonObject(await knowledge(item).patch(field, body));
		// An unknown field, or one that another change holds, is answered with nulls.
		if (asText(renamed.id) === undefined) throw notRenamed();
		return json(renamed);
	},
	exclusiveKey: (item) => item.optionalId('datasetId'),
};

function notRenamed(): ChatflowError {
	return new ChatflowError({
		message: 'Dify did not rename the metadata field',
		description:
			'Check Metadata Field: there may be none with this ID. If there is, somebody else is changing the metadata of the knowledge base: try again later',
	});
}
