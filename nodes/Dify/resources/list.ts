import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { DifyList } from '../transport/lists';
import { difyPages } from '../transport/lists';
import { takeRecords } from '../transport/paging';
import { optionsOf, timeoutMs } from './options';

/**
 * Reads a list as far as Return All and Limit say.
 *
 * @throws NodeApiError when a page cannot be read.
 */
export async function readList(
	context: IExecuteFunctions,
	itemIndex: number,
	list: Pick<DifyList, 'path' | 'rule' | 'query'>,
): Promise<IDataObject[]> {
	const wanted = wantedCount(context, itemIndex);
	const pages = difyPages(context, itemIndex, {
		...list,
		wanted,
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	return await takeRecords(pages, list.rule, wanted);
}

/** How many records the user wants; `undefined` for all of them. */
function wantedCount(context: IExecuteFunctions, itemIndex: number): number | undefined {
	if (context.getNodeParameter('returnAll', itemIndex, false) === true) return undefined;
	const limit = Math.floor(Number(context.getNodeParameter('limit', itemIndex, 50)));
	return Number.isFinite(limit) && limit > 0 ? limit : 50;
}
