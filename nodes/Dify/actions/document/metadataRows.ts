import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import { asObject, asText, objectsIn } from '../../../shared/values';

/** Values of metadata fields, by the names of the fields. */
export const metadataRowsField: INodeProperties = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Value',
	default: {},
	description:
		'Values of metadata fields of the knowledge base. Other values of the document stay as they are.',
	options: [
		{
			displayName: 'Value',
			name: 'values',
			values: [
				{
					displayName: 'Field',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. department',
					description: 'The name of the metadata field',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. Sales',
					description:
						'The value for the document; nothing empties the field. For a field of type time a date, or seconds since 1970.',
				},
			],
		},
	],
};

/** The rows that a parameter of this shape has; those without a name are left out. */
export function metadataRows(item: Item, name: string): Array<{ name: string; value: unknown }> {
	return objectsIn(asObject(item.value(name)).values).flatMap((row) => {
		const field = asText(row.name)?.trim();
		return field ? [{ name: field, value: row.value }] : [];
	});
}
