import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { openItemFile } from '../../../shared/binary';
import { inputDataField } from '../../../shared/descriptions';
import { multipart } from '../../../shared/transport/multipart';
import { baseName } from '../../transport/fileName';
import { callDify } from '../call';
import { optionsField, optionsOf, userField } from '../options';
import { requiredId, requiredText } from '../parameters';
import { simplified, simplifyOption } from '../simplify';

export const description = updateDisplayOptions(
	{ show: { resource: ['file'], operation: ['upload'] } },
	[
		inputDataField,
		userField,
		{
			displayName:
				'Only chat messages of the same User can use the file: fill in there what you fill in here.',
			name: 'sameUserNotice',
			type: 'notice',
			default: '',
		},
		optionsField(simplifyOption),
	],
);

const SIMPLE = ['id', 'name', 'size', 'extension', 'mime_type', 'created_by', 'created_at'];

/** Uploads the file of an item, as a stream (POST /files/upload). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const field = requiredId(context, itemIndex, inputDataField);
	const user = requiredText(context, itemIndex, userField);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: '/files/upload',
		form: async () => {
			const content = await openItemFile(context, itemIndex, field);
			const fileName = baseName(content.fileName);
			return multipart({ user }, { field: 'file', content: { ...content, fileName } });
		},
	});
	return [{ json: simplified(json, optionsOf(context, itemIndex), SIMPLE) }];
}
