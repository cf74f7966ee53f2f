import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { limitField, returnAllField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, objectsIn } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { datasetField } from '../pickers';

const includeBuiltInOption: INodeProperties = {
	displayName: 'Include Built-In',
	name: 'includeBuiltIn',
	type: 'boolean',
	default: true,
	description:
		'Whether to list the fields that Dify fills in itself, too, with built_in and whether they are enabled',
};

/** GET /datasets/{dataset_id}/metadata, with the option GET …/metadata/built-in, too. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many metadata fields',
	description: 'Get the metadata fields of a knowledge base and how many documents use them',
	fields: [datasetField, returnAllField, limitField, optionsField(includeBuiltInOption)],
	execute: async (item) => {
		const metadata = path`/datasets/${item.id('datasetId')}/metadata`;
		const response = asObject(await knowledge(item).get(metadata));
		const fields = objectsIn(response.doc_metadata);
		if (item.options.includeBuiltIn === true) {
			const enabled = response.built_in_field_enabled === true;
			fields.push(...(await builtIn(item, metadata, enabled)));
		}
		return jsonList(fields.slice(0, item.limit));
	},
};

/** Dify lists them whether they are enabled or not. */
async function builtIn(item: Item, metadata: string, enabled: boolean): Promise<IDataObject[]> {
	const { fields } = asObject(await knowledge(item).get(`${metadata}/built-in`));
	return objectsIn(fields).map((field) => ({ id: 'built-in', ...field, built_in: true, enabled }));
}
