import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FileStream } from '../../shared/binary';
import { outputDataField } from '../../shared/descriptions';
import type { HttpAnswer } from '../../shared/transport/http';
import { NoAnswer } from '../../shared/transport/http';
import type { Hangable } from '../../shared/transport/signal';
import { hangable } from '../../shared/transport/signal';
import { startWatchdog } from '../../shared/transport/watchdog';
import type { ByteStream, DifyCall } from '../transport/request';
import { difyAnswer, difyError, thrownProblem } from '../transport/request';
import { optionsOf, timeoutMs } from './options';
import { requiredId } from './parameters';

/** What a file is called. */
export interface FileTitle {
	name: string;
	/** When missing, n8n derives it from the name's ending. */
	mimeType?: string;
}

/**
 * Makes a call that is answered with a file and passes the file on into n8n's binary store as it
 * arrives, never holding it as a whole.
 *
 * @param titleOf Names the file of an answer; throws when the answer is none.
 * @returns The item with the file in the field that the user named; its `json` says name, type and
 * size beside `json`.
 * @throws NodeApiError when the call fails, or the file breaks off or stops coming.
 */
export async function downloadFile(
	context: IExecuteFunctions,
	itemIndex: number,
	call: Omit<DifyCall, 'timeoutMs'>,
	titleOf: (answer: HttpAnswer<ByteStream>) => FileTitle | Promise<FileTitle>,
	json: IDataObject = {},
): Promise<INodeExecutionData> {
	const field = requiredId(context, itemIndex, outputDataField);
	const limit = timeoutMs(optionsOf(context, itemIndex));
	const line = hangable(context);
	try {
		const request = { ...call, timeoutMs: limit };
		const answer = await difyAnswer<ByteStream>(line.context, itemIndex, request, 'stream');
		const title = await titleOf(answer);
		const stored = await store(line, itemIndex, answer.body as FileStream, { ...title, limit });
		const binary = named(stored, title.name);
		const { fileName: name, mimeType: mime_type, bytes: size } = binary;
		return { json: { ...json, name, mime_type, size }, binary: { [field]: binary } };
	} finally {
		line.hangUp();
	}
}

/** n8n's time limit for a request ends with the headers of the answer: the body is watched here. */
async function store(
	{ context, hangUp }: Hangable,
	itemIndex: number,
	stream: FileStream,
	{ name, mimeType, limit }: FileTitle & { limit: number },
): Promise<IBinaryData> {
	let lastByte = Date.now();
	let silent = false;
	// Listening to the stream would start its flow before the store takes the bytes, or stop it for
	// stores that rely on it to start: what arrives is noted where it comes in.
	const push = stream.push.bind(stream);
	stream.push = (...chunk) => {
		lastByte = Date.now();
		return push(...chunk);
	};
	const deadline = () => lastByte + limit;
	const watchdog = startWatchdog(deadline, () => {
		silent = true;
		hangUp();
	});
	try {
		return await context.helpers.prepareBinaryData(stream, name, mimeType);
	} catch (error) {
		const cause = silent ? new NoAnswer('ECONNABORTED', 'The file stopped coming') : error;
		throw await difyError(context, itemIndex, thrownProblem(cause));
	} finally {
		watchdog.stop();
	}
}

/** Endings that mean a plain text; n8n takes every ending that it does not know for one. */
const TEXT_ENDING = /\.(txt|text|log|conf|def|list|in|ini)$/i;

function named(binary: IBinaryData, name: string): IBinaryData {
	const { fileExtension } = binary;
	const hasEnding = /\.\w{1,8}$/.test(name);
	const fileName = fileExtension && !hasEnding ? `${name}.${fileExtension}` : name;
	if (binary.mimeType !== 'text/plain' || !hasEnding || TEXT_ENDING.test(name)) {
		return { ...binary, fileName };
	}
	return { ...binary, fileName, mimeType: 'application/octet-stream', fileType: undefined };
}
