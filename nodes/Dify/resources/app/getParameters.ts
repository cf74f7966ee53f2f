import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { callDify } from '../call';
import { optionsField, optionsOf } from '../options';
import { simplified, simplifyOption } from '../simplify';

export const description = updateDisplayOptions(
	{ show: { resource: ['app'], operation: ['getParameters'] } },
	[optionsField(simplifyOption)],
);

const SIMPLE = [
	'opening_statement',
	'suggested_questions',
	'user_input_form',
	'file_upload',
	'system_parameters',
];

/** The form, the features and the limits of the app (GET /parameters). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const json = await callDify(context, itemIndex, { path: '/parameters' });
	return [{ json: simplified(json, optionsOf(context, itemIndex), SIMPLE) }];
}
