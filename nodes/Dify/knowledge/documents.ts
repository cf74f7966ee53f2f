import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { jsonObject } from '../../shared/operation';
import { knowledge } from '../transport/knowledge';
import { append } from '../../shared/values';
import { LIST_RULES, listPages } from '../transport/lists';

/** All documents of a knowledge base, the newest first. Reading lists is not limited by any plan. */
export async function allDocuments(
	caller: Caller,
	datasetId: string,
	query?: IDataObject,
): Promise<IDataObject[]> {
	const list = { path: path`/datasets/${datasetId}/documents`, rule: LIST_RULES.datasets, query };
	const documents: IDataObject[] = [];
	for await (const page of listPages(caller, list)) append(documents, page);
	return documents;
}

/** The documents with exactly this name: Dify searches for parts of names, and knows wildcards. */
export async function documentsNamed(
	caller: Caller,
	datasetId: string,
	name: string,
	query: IDataObject = {},
): Promise<IDataObject[]> {
	const found = await allDocuments(caller, datasetId, { keyword: name, ...query });
	return found.filter((document) => document.name === name);
}

/** The documents that a new content of this name may replace: those of files and texts. */
export async function replaceableNamed(
	caller: Caller,
	datasetId: string,
	name: string,
): Promise<IDataObject[]> {
	return (await documentsNamed(caller, datasetId, name)).filter(isReplaceable);
}

/** Documents of pipelines, websites and Notion are never replaced by name. */
export function isReplaceable({ data_source_type: type }: IDataObject): boolean {
	return type === 'upload_file';
}

/** A document as it is now, without its metadata. */
export async function readDocument(
	caller: Caller,
	datasetId: string,
	documentId: string,
): Promise<IDataObject> {
	const call = path`/datasets/${datasetId}/documents/${documentId}`;
	return jsonObject(await knowledge(caller).get(call, { metadata: 'without' }));
}

/** Enables a document, so that Dify replaces it. */
export async function enableDocument(
	caller: Caller,
	datasetId: string,
	{ id }: IDataObject,
): Promise<void> {
	await knowledge(caller).request({
		method: 'PATCH',
		path: path`/datasets/${datasetId}/documents/status/enable`,
		body: { document_ids: [id] },
	});
}
