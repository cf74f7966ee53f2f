import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { callDify } from '../call';
import { optionsField, optionsOf } from '../options';
import { simplified, simplifyOption } from '../simplify';

export const description = updateDisplayOptions(
	{ show: { resource: ['app'], operation: ['getSite'] } },
	[optionsField(simplifyOption)],
);

const SIMPLE = ['title', 'description', 'icon_type', 'icon', 'icon_url', 'default_language'];

/** The settings of the web page of the app (GET /site). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const json = await callDify(context, itemIndex, { path: '/site' });
	return [{ json: simplified(json, optionsOf(context, itemIndex), SIMPLE) }];
}
