import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { openItemFile } from '../../../shared/binary';
import { inputDataField } from '../../../shared/descriptions';
import { asText } from '../../../shared/objects';
import { multipart } from '../../../shared/transport/multipart';
import { baseName } from '../../transport/fileName';
import { callDify } from '../call';
import { optionsField, optionsOf, userOption } from '../options';
import { requiredId } from '../parameters';
import { difyAudioType } from './audioType';

export const description = updateDisplayOptions(
	{ show: { resource: ['audio'], operation: ['speechToText'] } },
	[
		{
			...inputDataField,
			description:
				'The name of the input field containing the audio file: mp3, m4a, mp4, wav, amr or mpga, up to 30 MB',
		},
		optionsField(userOption),
	],
);

/** Writes down what is said in an audio file (POST /audio-to-text). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const field = requiredId(context, itemIndex, inputDataField);
	const user = asText(optionsOf(context, itemIndex).user);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: '/audio-to-text',
		form: async () => {
			const content = await openItemFile(context, itemIndex, field);
			const mimeType = difyAudioType(content);
			const fileName = baseName(content.fileName);
			return multipart({ user }, { field: 'file', content: { ...content, fileName, mimeType } });
		},
	});
	return [{ json }];
}
