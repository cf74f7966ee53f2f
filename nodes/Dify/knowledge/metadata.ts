import type { IDataObject } from 'n8n-workflow';

import { path } from '../../shared/client';
import { ChatflowError, invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { jsonObject } from '../../shared/operation';
import { asText } from '../../shared/values';
import { knowledge } from '../transport/knowledge';
import { readMetadataFields } from '../transport/wholeLists';

/** A value of a metadata field, as Dify stores it: bound by the ID, kept under the name. */
export interface MetadataValue extends IDataObject {
	id: string;
	name: string;
	value: string | number | null;
}

/** The values that a document is to get. Its others stay. */
export interface MetadataWrite {
	documentId: string;
	values: MetadataValue[];
}

/** So many documents get their values in one request. */
const AT_ONCE = 50;

/** Writes values of documents. It may be done twice without harm, so it is tried again when it fails. */
export async function writeMetadata(
	item: Item,
	datasetId: string,
	writes: MetadataWrite[],
): Promise<void> {
	for (let at = 0; at < writes.length; at += AT_ONCE) {
		await knowledge(item).request({
			method: 'POST',
			path: path`/datasets/${datasetId}/documents/metadata`,
			body: {
				operation_data: writes.slice(at, at + AT_ONCE).map(({ documentId, values }) => ({
					document_id: documentId,
					metadata_list: values,
					// Otherwise all other values of the document are lost.
					partial_update: true,
				})),
			},
			isRead: true,
		});
	}
}

/** The values of a document by field name, from a list of documents. */
export function metadataOf(document: IDataObject): Map<string, unknown> {
	const values = Array.isArray(document.doc_metadata) ? document.doc_metadata : [];
	return new Map(
		values.map(jsonObject).map(({ name, value }) => [asText(name) ?? '', value as unknown]),
	);
}

/** The fields of a base, asked for once for all items. */
async function fieldsOf(item: Item, datasetId: string): Promise<IDataObject[]> {
	return await item.once(`metadata fields ${datasetId}`, async () =>
		readMetadataFields(item, datasetId),
	);
}

/** The ID of a text field of the base, which is made if there is none. */
export async function textFieldId(item: Item, datasetId: string, name: string): Promise<string> {
	return await item.once(`metadata field ${datasetId} ${name}`, async () => {
		const fields = await fieldsOf(item, datasetId);
		return idOf(fields, name) ?? (await makeTextField(item, datasetId, name));
	});
}

function idOf(fields: IDataObject[], name: string): string | undefined {
	return asText(fields.find((field) => field.name === name)?.id);
}

/** Someone else may make it at the same moment: then Dify refuses, and the field is there. */
async function makeTextField(item: Item, datasetId: string, name: string): Promise<string> {
	try {
		const body = { type: 'string', name };
		const made = await knowledge(item).post(path`/datasets/${datasetId}/metadata`, body);
		return String(jsonObject(made).id);
	} catch (error) {
		const id = idOf(await readMetadataFields(item, datasetId), name);
		return id ?? (await Promise.reject(error));
	}
}

/**
 * Values by field name as Dify wants them.
 *
 * @throws ChatflowError if the base has no such field, or if a value is not of the field's type.
 */
export async function metadataValues(
	item: Item,
	datasetId: string,
	rows: Array<{ name: string; value: unknown }>,
): Promise<MetadataValue[]> {
	if (rows.length === 0) return [];
	const fields = await fieldsOf(item, datasetId);
	return rows.map(({ name, value }) => {
		const field = fields.find((one) => one.name === name);
		if (!field) throw noField(name, fields);
		return { id: String(field.id), name, value: typed(name, asText(field.type), value) };
	});
}

function noField(name: string, fields: IDataObject[]): ChatflowError {
	const names = fields.map((field) => `"${String(field.name)}"`).join(', ');
	return invalidValue(
		`The knowledge base has no metadata field "${name}"`,
		names
			? `It has ${names}. Make another one with Metadata Field > Create`
			: 'It has none. Make one with Metadata Field > Create',
	);
}

function typed(name: string, type: string | undefined, value: unknown): string | number | null {
	const text = asText(value);
	if (text === undefined || text.trim() === '') return null;
	if (type !== 'number' && type !== 'time') return text;
	const number = Number(text);
	if (Number.isFinite(number)) return number;
	const seconds = type === 'time' ? Math.floor(Date.parse(text) / 1000) : NaN;
	if (Number.isFinite(seconds)) return seconds;
	throw invalidValue(
		`"${text}" is no ${type} for the metadata field "${name}"`,
		type === 'time'
			? 'Write a date such as 2026-11-21T19:00:00Z, or seconds since 1970'
			: 'Write a number',
	);
}
