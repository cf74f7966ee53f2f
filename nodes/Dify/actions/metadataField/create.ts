import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { readMetadataFields } from '../../transport/wholeLists';
import { datasetField } from '../pickers';
import { nameField } from './fields';

const typeField: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'options',
	options: [
		{ name: 'Number', value: 'number' },
		{ name: 'String', value: 'string' },
		{ name: 'Time', value: 'time', description: 'A time in Unix seconds' },
	],
	default: 'string',
	description: 'The type of its values; it cannot be changed later',
};

const returnExistingOption: INodeProperties = {
	displayName: 'Return Existing',
	name: 'returnExisting',
	type: 'boolean',
	default: true,
	description: 'Whether to return a field that has this name and type already instead of failing',
};

/** POST /datasets/{dataset_id}/metadata. */
export const create: Operation = {
	name: 'Create',
	action: 'Create metadata field',
	description: 'Add a field that the documents of a knowledge base can have a value for',
	fields: [datasetField, nameField, typeField, optionsField(returnExistingOption)],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const field = { type: String(item.value('type')), name: item.text('name').trim() };
		const existing = await existingField(item, datasetId, field);
		if (existing) return json(existing);
		return json(await knowledge(item).post(path`/datasets/${datasetId}/metadata`, field));
	},
	exclusiveKey: (item) => item.optionalId('datasetId'),
};

async function existingField(
	item: Item,
	datasetId: string,
	{ name, type }: IDataObject,
): Promise<IDataObject | undefined> {
	if (item.options.returnExisting !== true) return undefined;
	const fields = await readMetadataFields(item, datasetId);
	return fields.find((field) => field.name === name && field.type === type);
}
