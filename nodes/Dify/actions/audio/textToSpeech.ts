import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { OpenResponse } from '../../../shared/client';
import type { ErrorInfo } from '../../../shared/errors';
import { startOfText } from '../../../shared/body';
import { ChatflowError, invalidValue } from '../../../shared/errors';
import { outputDataField } from '../../../shared/fields';
import type { HttpResponse } from '../../../shared/http';
import { mimeTypeOf } from '../../../shared/http';
import type { Item } from '../../../shared/item';
import { cleanFileName } from '../../../shared/fileName';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import type { FileTitle } from '../../transport/download';
import { downloadFile } from '../../transport/download';
import { responseError } from '../../transport/errors';
import { attachmentName } from '../../transport/fileName';
import { userOption } from '../fields';

const textField: INodeProperties = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Hello, welcome to our service',
	description: 'The text to speak; ignored if the option Message ID is set',
};

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Message ID',
		name: 'messageId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.message_id }}',
		description: 'The message whose answer to speak; takes precedence over Text',
	},
	{
		displayName: 'Streaming',
		name: 'streaming',
		type: 'boolean',
		default: true,
		description:
			'Whether Dify sends the audio while it is still being generated; most servers always do',
	},
	{
		displayName: 'Voice',
		name: 'voice',
		type: 'string',
		default: '',
		placeholder: 'e.g. alloy',
		description: "A voice of the app's provider. App > Get Parameters shows the default one.",
	},
];

/** POST /text-to-audio. */
export const textToSpeech: Operation = {
	name: 'Text to Speech',
	action: 'Convert text to speech',
	description: 'Turn a text, or the answer of a message, into speech',
	fields: [textField, outputDataField, optionsField(userOption, ...ownOptions)],
	execute: async (item) => {
		const call = { method: 'POST' as const, path: '/text-to-audio', body: requestBody(item) };
		return await downloadFile(item, call, titleOf);
	},
};

function requestBody(item: Item): IDataObject {
	const { user, voice, streaming } = item.options;
	const text = asText(item.value('text'));
	const messageId = item.optionalId('options.messageId');
	if (!messageId && !text?.trim()) {
		throw invalidValue(
			'There is no text to speak',
			'Fill in Text, or set the option Message ID to speak the answer of a message',
		);
	}
	return defined({
		...(messageId ? { message_id: messageId } : { text }),
		user: asText(user),
		voice: asText(voice),
		streaming: typeof streaming === 'boolean' ? streaming : undefined,
	});
}

const UNKNOWN_TYPE = 'application/octet-stream';

async function titleOf(response: OpenResponse): Promise<FileTitle> {
	const mimeType = mimeTypeOf(response.headers['content-type']) ?? 'audio/mpeg';
	if (!mimeType.startsWith('audio/') && mimeType !== UNKNOWN_TYPE) {
		const body = await startOfText(response.body);
		throw new ChatflowError(noAudio({ ...response, body }));
	}
	const name = attachmentName(response.headers['content-disposition']);
	return { name: name ?? cleanFileName(`speech.${extensionOf(mimeType)}`), mimeType };
}

/** Dify responds with 200 and `null` to a message that it does not know. */
function noAudio(response: HttpResponse<string>): ErrorInfo {
	if (response.body.trim() !== 'null') return responseError(response);
	return {
		message: 'Dify has no audio for this message',
		description: 'Check Message ID: the message must belong to this app and have an answer',
		details: { status: response.status },
	};
}

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
	[UNKNOWN_TYPE, 'mp3'],
	['audio/mpeg', 'mp3'],
	['audio/x-wav', 'wav'],
	['audio/wave', 'wav'],
	['audio/mp4', 'm4a'],
]);

function extensionOf(mimeType: string): string {
	return EXTENSIONS.get(mimeType) ?? mimeType.split('/')[1] ?? '';
}
