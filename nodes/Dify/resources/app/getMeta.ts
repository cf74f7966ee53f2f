import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { callDify } from '../call';
import { optionsField } from '../options';

export const description = updateDisplayOptions(
	{ show: { resource: ['app'], operation: ['getMeta'] } },
	[optionsField()],
);

/** The icons of the tools that the app uses (GET /meta). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	return [{ json: await callDify(context, itemIndex, { path: '/meta' }) }];
}
