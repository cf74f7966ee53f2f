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
import type { HttpAnswer } from '../../../shared/transport/http';
import { attachmentName, mimeTypeOf } from '../../transport/fileName';
import { answerProblem } from '../../transport/problems';
import type { ByteStream } from '../../transport/request';
import { difyError, startOfText } from '../../transport/request';
import type { FileTitle } from '../download';
import { downloadFile } from '../download';
import { optionsField, optionsOf, userOption } from '../options';

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
	const call = {
		method: 'POST' as const,
		path: '/text-to-audio',
		body: requestBody(context, itemIndex, optionsOf(context, itemIndex)),
	};
	const titleOf = async (answer: HttpAnswer<ByteStream>) =>
		await audioTitle(context, itemIndex, answer);
	return [await downloadFile(context, itemIndex, call, titleOf)];
}

async function audioTitle(
	context: IExecuteFunctions,
	itemIndex: number,
	answer: HttpAnswer<ByteStream>,
): Promise<FileTitle> {
	const mimeType = mimeTypeOf(answer.headers['content-type']) ?? 'audio/mpeg';
	if (mimeType.startsWith('audio/') || mimeType === 'application/octet-stream') {
		const named = attachmentName(answer.headers['content-disposition']);
		return { name: named ?? `speech.${ending(mimeType)}`, mimeType };
	}
	const body = await startOfText(answer.body);
	throw await difyError(context, itemIndex, noAudio({ ...answer, body }));
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
function noAudio(answer: HttpAnswer<string>): Problem {
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
