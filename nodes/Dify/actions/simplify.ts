import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { pick } from '../../shared/values';

export const simplifyOption: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Only the fields that most people need, when the Simplify option says so. */
export function simplified(json: IDataObject, options: IDataObject, fields: string[]): IDataObject {
	return options.simplify === true ? pick(json, fields) : json;
}

/**
 * Moves the text of a record's `error` to `error_message`: n8n's Retry On Fail takes any `error` in
 * the first item that is not `null` for a failure of the node, an empty text too.
 */
export function withoutErrorField(record: IDataObject): IDataObject {
	if (!('error' in record)) return record;
	return { ...record, error: null, error_message: record.error || null };
}

/**
 * Moves the text of a document's or chunk's `error` to `indexing_error`: it says how the record was
 * indexed, and n8n would take it for a failure of the item.
 */
export function withIndexingError({ error, ...record }: IDataObject): IDataObject {
	return error === undefined ? record : { ...record, indexing_error: error || null };
}
