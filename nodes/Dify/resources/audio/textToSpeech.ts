import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { outputDataField } from '../../../shared/descriptions';
import { asText, defined } from '../../../shared/objects';
import { attachmentName, mimeTypeOf } from '../../transport/fileName';
import { answerProblem } from '../../transport/problems';
import type { ByteStream } from '../../transport/request';
import { difyAnswer, difyError, startOfText } from '../../transport/request';
import { fileItem } from '../download';
import { optionsField, optionsOf, timeoutMs, userOption } from '../options';

const textField: INodeProperties = {
	displayName: 'Text',
	name: 'text',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Hello, welcome to our service',
	description: 'What to say; not used when the option Message ID is set',
};

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Message ID',
		name: 'messageId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.message_id }}',
		description: 'Says the answer of this message instead of Text',
	},
	{
		displayName: 'Streaming',
		name: 'streaming',
		type: 'boolean',
		default: true,
		description: 'Whether Dify starts to send before all is spoken; most servers always do',
	},
	{
		displayName: 'Voice',
		name: 'voice',
		type: 'string',
		default: '',
		placeholder: 'e.g. alloy',
		description:
			"A voice of the app's provider; App > Get Parameters shows the one it uses otherwise",
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['audio'], operation: ['textToSpeech'] } },
	[textField, outputDataField, optionsField(userOption, ...ownOptions)],
);

/** Speaks a text or an answer into a binary field, as a stream (POST /text-to-audio). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const body = requestBody(context, itemIndex, options);
	const call = {
		method: 'POST' as const,
		path: '/text-to-audio',
		body,
		timeoutMs: timeoutMs(options),
	};
	const answer = await difyAnswer<ByteStream>(context, itemIndex, call, 'stream');
	const type = mimeTypeOf(answer.headers['content-type']) ?? 'audio/mpeg';
	if (!type.startsWith('audio/') && type !== 'application/octet-stream') {
		const text = await startOfText(answer.body);
		throw await difyError(context, itemIndex, noAudio({ ...answer, body: text }));
	}
	const name = attachmentName(answer.headers['content-disposition']) ?? `speech.${ending(type)}`;
	return [await fileItem(context, itemIndex, { body: answer.body, name, mimeType: type })];
}

function requestBody(
	context: IExecuteFunctions,
	itemIndex: number,
	{ messageId, user, voice, streaming }: IDataObject,
): IDataObject {
	const text = asText(context.getNodeParameter(textField.name, itemIndex, ''));
	const message = asText(messageId)?.trim();
	if (!message && !text?.trim()) {
		throw new NodeOperationError(context.getNode(), 'There is nothing to say', {
			itemIndex,
			description: 'Fill in Text, or the option Message ID to say the answer of a message',
		});
	}
	return defined({
		...(message ? { message_id: message } : { text }),
		user: asText(user),
		voice: asText(voice),
		streaming: typeof streaming === 'boolean' ? streaming : undefined,
	});
}

/** 200 with `null` is what Dify answers for a message that it does not know (facts 4). */
function noAudio(answer: Parameters<typeof answerProblem>[0]): Problem {
	if (answer.body.trim() !== 'null') return answerProblem(answer);
	return {
		message: 'Dify has no audio for this message',
		description: 'Check Message ID: the message must belong to this app and have an answer',
		details: { status: answer.status },
	};
}

const ENDINGS: Record<string, string> = { mpeg: 'mp3', 'x-wav': 'wav', wave: 'wav', mp4: 'm4a' };

function ending(type: string): string {
	const subtype = type.split('/')[1] ?? '';
	if (type === 'application/octet-stream') return 'mp3';
	return ENDINGS[subtype] ?? subtype;
}
