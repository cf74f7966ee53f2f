import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { jsonObject } from '../../shared/operation';
import { knowledge } from './knowledge';

/** A knowledge base with its settings. */
export async function readBase(caller: Caller, datasetId: string): Promise<IDataObject> {
	return jsonObject(await knowledge(caller).get(path`/datasets/${datasetId}`));
}
