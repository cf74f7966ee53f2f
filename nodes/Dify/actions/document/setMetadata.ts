import { invalidValue } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { metadataValues, writeMetadata } from '../../knowledge/metadata';
import { datasetField } from '../pickers';
import { documentIds, documentIdsField } from './fields';
import { metadataRows, metadataRowsField } from './metadataRows';

/** POST /datasets/{dataset_id}/documents/metadata, always with `partial_update`. */
export const setMetadata: Operation = {
	name: 'Set Metadata',
	action: 'Set metadata of documents',
	description: 'Set values of metadata fields of documents; their other values stay',
	fields: [datasetField, documentIdsField, metadataRowsField, optionsField()],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const ids = documentIds(item);
		const values = await metadataValues(item, datasetId, metadataRows(item, 'metadata'));
		if (values.length === 0) {
			throw invalidValue('Metadata has no value', 'Add a value with the name of its field');
		}
		const writes = ids.map((documentId) => ({ documentId, values }));
		await writeMetadata(item, datasetId, writes);
		return json({ result: 'success' });
	},
};
