import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { callDify } from '../call';
import { optionsField } from '../options';

export const description = updateDisplayOptions(
	{ show: { resource: ['app'], operation: ['getInfo'] } },
	[optionsField()],
);

/** Name, description, tags and kind of the app that the key belongs to (GET /info). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	return [{ json: await callDify(context, itemIndex, { path: '/info' }) }];
}
