import { inputDataField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { uploadFile } from '../../transport/upload';
import { userOption } from '../fields';
import { difyAudioType } from './audioType';

/** POST /audio-to-text. */
export const speechToText: Operation = {
	name: 'Speech to Text',
	action: 'Convert speech to text',
	description: 'Transcribe an audio file',
	fields: [
		{
			...inputDataField,
			description:
				'The name of the input field containing the audio file: mp3, m4a, mp4, wav, amr or mpga, up to 30 MB',
		},
		optionsField(userOption),
	],
	execute: async (item) =>
		json(
			await uploadFile(item, {
				field: item.id('binaryPropertyName'),
				user: asText(item.options.user),
				path: '/audio-to-text',
				mimeType: difyAudioType,
			}),
		),
};
