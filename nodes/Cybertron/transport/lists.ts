import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import { collectRows, toPage } from '../stream/paging';
import { cybertronCredentials, cybertronRequest } from './http';

/** Live clients ask for up to this many rows at once (facts 2.3). */
const LARGEST_PAGE = 100;

export interface ListRequest {
	path: string;
	/** Fields of the request beside user name and paging. */
	body: IDataObject;
	/** How many rows are needed; all of them when missing. */
	wanted?: number;
	/** Milliseconds without a sign of life, for each page. */
	timeoutMs: number;
}

/** Reads a session list, page by page (1.2.2, 1.2.3). */
export async function readList(
	context: IExecuteFunctions,
	itemIndex: number,
	{ path, body, wanted, timeoutMs }: ListRequest,
): Promise<IDataObject[]> {
	const { username } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	const pagesize = Math.min(wanted ?? LARGEST_PAGE, LARGEST_PAGE);
	return await collectRows(async (page) => {
		const data = await cybertronRequest(context, itemIndex, {
			method: 'POST',
			path,
			body: { username, ...body, page, pagesize },
			timeoutMs,
			safe: true,
		});
		return toPage(data, page, pagesize);
	}, wanted);
}

/** How many rows the user wants: `undefined` for all of them. */
export function wantedOf(context: IExecuteFunctions, itemIndex: number): number | undefined {
	if (context.getNodeParameter('returnAll', itemIndex, false) === true) return undefined;
	return Math.max(1, Math.floor(Number(context.getNodeParameter('limit', itemIndex, 50))) || 50);
}
