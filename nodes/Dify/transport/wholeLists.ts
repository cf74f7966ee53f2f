import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { asObject, objectsIn } from '../../shared/values';
import { knowledge } from './knowledge';

/** The metadata fields of a knowledge base: `id`, `name`, `type` and `count`. */
export async function readMetadataFields(
	caller: Caller,
	datasetId: string,
): Promise<IDataObject[]> {
	const response = await knowledge(caller).get(path`/datasets/${datasetId}/metadata`);
	return objectsIn(asObject(response).doc_metadata);
}

/** The data sources of the published pipeline of a knowledge base. */
export async function readDatasources(caller: Caller, datasetId: string): Promise<IDataObject[]> {
	const call = path`/datasets/${datasetId}/pipeline/datasource-plugins`;
	return objectsIn(await knowledge(caller).get(call, { is_published: 'true' }));
}
