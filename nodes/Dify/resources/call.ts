import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../../shared/objects';
import type { DifyCall, DifyUpload } from '../transport/request';
import { difyRequest } from '../transport/request';
import { optionsOf, timeoutMs } from './options';

/**
 * Makes the one call of an operation, under its Timeout option.
 *
 * @returns The JSON object that Dify answered with; any other JSON stands under `data`.
 * @throws NodeApiError when the call fails.
 */
export async function callDify(
	context: IExecuteFunctions,
	itemIndex: number,
	call: DifyCall | DifyUpload,
): Promise<IDataObject> {
	const answer = await difyRequest(context, itemIndex, {
		...call,
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	return isObject(answer) ? answer : { data: answer as IDataObject };
}
