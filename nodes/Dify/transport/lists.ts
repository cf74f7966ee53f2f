import type { IDataObject } from 'n8n-workflow';

import type { ApiContext } from '../../shared/operation';
import type { ListRule, Page } from './paging';
import { freshPages, pageLimit, recordsOf } from './paging';
import { difyError, difyRequest } from './request';

/** A list to read: where it is, how it is paged, and what its query says beside the paging. */
export interface DifyList {
	path: string;
	rule: ListRule;
	query?: IDataObject;
	/** How many records are needed; all of them when missing. */
	wanted?: number;
	/** Milliseconds without a sign of life, for each page. */
	timeoutMs?: number;
}

/**
 * The pages of a list, each without the records that an earlier one had; asked for one at a time,
 * as they are consumed. Works in every context, the trigger's polls too.
 *
 * @throws NodeApiError when a page cannot be read.
 */
export function difyPages(
	context: ApiContext,
	itemIndex: number,
	list: DifyList,
): AsyncGenerator<IDataObject[]> {
	return freshPages(async (next) => await difyPage(context, itemIndex, list, next));
}

/** One page of a list; `next` is what the page before gave, empty for the first. */
export async function difyPage(
	context: ApiContext,
	itemIndex: number,
	{ path, rule, query, wanted, timeoutMs }: DifyList,
	next: IDataObject = {},
): Promise<Page> {
	const qs = { ...query, limit: pageLimit(rule, wanted), ...next };
	const answer = await difyRequest(context, itemIndex, { path, qs, timeoutMs });
	const records = recordsOf(answer);
	if (!records) {
		throw await difyError(context, itemIndex, {
			message: 'The server did not answer with a list, as Dify does',
			description: 'Check the Base URL in the credential: it is shown on the API Access page',
			details: { path },
		});
	}
	return { records, next: rule.next(answer as IDataObject, records, qs) };
}
