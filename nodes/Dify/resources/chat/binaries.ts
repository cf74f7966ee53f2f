import type { IBinaryData, IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { asText } from '../../../shared/objects';
import type { ChatState } from '../../stream/state';
import { fetchFile } from '../../transport/fetchFile';

/** The spoken answer of text-to-speech auto-play, when it was kept and there is one: MP3 (facts 3.4). */
export async function audioFile(
	context: IExecuteFunctions,
	{ audio }: ChatState,
): Promise<IBinaryData | undefined> {
	if (!audio || audio.length === 0) return undefined;
	// Every piece is base64 of its own, with its own padding.
	const bytes = Buffer.concat(audio.map((piece) => Buffer.from(piece, 'base64')));
	return await context.helpers.prepareBinaryData(bytes, 'answer.mp3', 'audio/mpeg');
}

/**
 * Downloads the files of an answer into binary fields `file_0`, `file_1`, … A file that cannot be
 * had does not take the answer away: it is told in `problems`, and stays in the item's `files`.
 */
export async function downloadFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	files: IDataObject[],
): Promise<{ files: IBinaryKeyData; problems: string[] }> {
	const binary: IBinaryKeyData = {};
	const problems: string[] = [];
	for (const [index, file] of files.entries()) {
		const name = asText(file.filename) ?? `file_${index}`;
		try {
			binary[`file_${index}`] = await download(context, itemIndex, file, name);
		} catch (error) {
			problems.push(`The file "${name}" was not downloaded: ${(error as Error).message}`);
		}
	}
	return { files: binary, problems };
}

async function download(
	context: IExecuteFunctions,
	itemIndex: number,
	file: IDataObject,
	name: string,
): Promise<IBinaryData> {
	const url = asText(file.url) ?? asText(file.remote_url) ?? '';
	const { stream, mimeType } = await fetchFile(context, itemIndex, url);
	return await context.helpers.prepareBinaryData(stream, name, asText(file.mime_type) ?? mimeType);
}
