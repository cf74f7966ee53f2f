import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { FileStream } from '../../shared/binary';
import { MAX_PAUSES, timedOut } from '../../shared/body';
import type { Call, Client, OpenResponse } from '../../shared/client';
import { networkError } from '../../shared/http';
import type { Item } from '../../shared/item';
import { startWatchdog } from '../../shared/watchdog';
import { dify } from './dify';

/** What a file is called. */
export interface FileTitle {
	name: string;
	/** If missing, n8n derives it from the extension of the name. */
	mimeType?: string;
}

/**
 * Makes a request whose response is a file, and streams the file into n8n's binary store.
 *
 * @param titleOf Names the file of a response; throws if the response is not a file.
 * @param json What the item says beside the name, type and size of the file.
 * @param client Of the service that is asked.
 * @returns The item with the file in the field that the user named.
 * @throws ChatflowError if the request fails, or if the file breaks off or stalls.
 */
export async function downloadFile(
	item: Item,
	call: Call,
	titleOf: (response: OpenResponse) => FileTitle | Promise<FileTitle>,
	json: IDataObject = {},
	client: Client = dify(item),
): Promise<INodeExecutionData[]> {
	const response = await client.open(call);
	return await saveFile(item, response, titleOf, json);
}

/** {@link downloadFile}, of a response that is there. It is closed in the end. */
export async function saveFile(
	item: Item,
	response: OpenResponse,
	titleOf: (response: OpenResponse) => FileTitle | Promise<FileTitle>,
	json: IDataObject = {},
): Promise<INodeExecutionData[]> {
	try {
		const field = item.id('binaryPropertyName');
		const title = await titleOf(response);
		const binary = withExtension(await store(item, response, title), title.name);
		const { fileName: name, mimeType: mime_type, bytes: size } = binary;
		return [{ json: { ...json, name, mime_type, size }, binary: { [field]: binary } }];
	} finally {
		response.close();
	}
}

/**
 * Streams a response into n8n's binary store. n8n's time limit of a request ends with the headers of
 * the response, so the body is watched here.
 *
 * @param until When it must be complete, epoch milliseconds: single bytes must not keep it alive for ever.
 */
export async function store(
	item: Item,
	response: OpenResponse,
	{ name, mimeType }: FileTitle,
	until = Date.now() + item.timeoutMs * MAX_PAUSES,
): Promise<IBinaryData> {
	const stream = response.body as FileStream;
	let lastByteAt = Date.now();
	let expired = false;
	// Listening to the stream would start its flow before the store takes the bytes, or stop it for
	// stores that rely on it to start: what arrives is noted where it comes in.
	const push = stream.push.bind(stream);
	stream.push = (...chunk) => {
		lastByteAt = Date.now();
		return push(...chunk);
	};
	const watchdog = startWatchdog(
		() => Math.min(until, lastByteAt + item.timeoutMs),
		() => {
			expired = true;
			response.close();
		},
	);
	try {
		return await item.context.helpers.prepareBinaryData(stream, name, mimeType);
	} catch (error) {
		throw expired ? timedOut('Dify') : networkError('Dify', error);
	} finally {
		watchdog.stop();
	}
}

/** Extensions of plain text; n8n takes every extension that it does not know for one. */
const TEXT_EXTENSION = /\.(txt|text|log|conf|def|list|in|ini)$/i;

function withExtension(binary: IBinaryData, name: string): IBinaryData {
	const { fileExtension } = binary;
	const hasExtension = /\.\w{1,8}$/.test(name.slice(-9));
	const fileName = fileExtension && !hasExtension ? `${name}.${fileExtension}` : name;
	if (binary.mimeType !== 'text/plain' || !hasExtension || TEXT_EXTENSION.test(name)) {
		return { ...binary, fileName };
	}
	return { ...binary, fileName, mimeType: 'application/octet-stream', fileType: undefined };
}
