import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { LIST_RULES, listPages } from '../transport/lists';

/** All documents of a knowledge base, the newest first. Reading lists is not limited by any plan. */
export async function allDocuments(
	caller: Caller,
	datasetId: string,
	query?: IDataObject,
): Promise<IDataObject[]> {
	const list = { path: path`/datasets/${datasetId}/documents`, rule: LIST_RULES.datasets, query };
	const documents: IDataObject[] = [];
	for await (const page of listPages(caller, list)) documents.push(...page);
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
