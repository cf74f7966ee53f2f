import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { callDify } from '../call';
import { optionsField } from '../options';
import { pairFields, pairOf } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['create'] } },
	[...pairFields, optionsField()],
);

/** Adds a question with its answer (POST /apps/annotations). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const body = pairOf(context, itemIndex);
	const call = { method: 'POST' as const, path: '/apps/annotations', body };
	return [{ json: await callDify(context, itemIndex, call) }];
}
