import type { IBinaryData, IBinaryKeyData, IDataObject } from 'n8n-workflow';

import type { Item } from '../../shared/item';
import { asText } from '../../shared/values';
import { cleanFileName, cleanMimeType } from '../../shared/fileName';
import { mimeTypeOf } from '../../shared/http';
import { store } from '../transport/download';
import { fetchFile } from '../transport/fetchFile';
import { latestEnd } from './limits';
import type { RunState } from './state/state';

/** The spoken answer of text-to-speech auto-play, if it was kept and there is one: MP3. */
export async function audioFile(
	{ context }: Item,
	{ audio }: RunState,
): Promise<IBinaryData | undefined> {
	if (!audio || audio.length === 0) return undefined;
	// Every piece is base64 of its own, with its own padding.
	const bytes = Buffer.concat(audio.map((piece) => Buffer.from(piece, 'base64')));
	return await context.helpers.prepareBinaryData(bytes, 'answer.mp3', 'audio/mpeg');
}

/**
 * Downloads the files of an answer into binary fields `file_0`, `file_1`, … A file that cannot be
 * downloaded does not take the answer away: it becomes a warning, and stays in the item's `files`.
 */
export async function downloadFiles(
	item: Item,
	files: IDataObject[],
): Promise<{ files: IBinaryKeyData; warnings: string[] }> {
	const binary: IBinaryKeyData = {};
	const warnings: string[] = [];
	const until = latestEnd(item);
	for (const [index, file] of files.entries()) {
		const name = cleanFileName(asText(file.filename) ?? '', `file_${index}`);
		try {
			binary[`file_${index}`] = await downloadOne(item, file, name, until);
		} catch (error) {
			warnings.push(`The file "${name}" was not downloaded: ${(error as Error).message}`);
		}
	}
	return { files: binary, warnings };
}

/** What Dify calls a picture that a tool of an Agent made; the file itself comes with its type. */
const NO_TYPE = 'application/octet-stream';

async function downloadOne(
	item: Item,
	file: IDataObject,
	name: string,
	until: number,
): Promise<IBinaryData> {
	const response = await fetchFile(item, asText(file.url) ?? asText(file.remote_url) ?? '');
	try {
		const told = file.mime_type === NO_TYPE ? undefined : asText(file.mime_type);
		const given = told ?? mimeTypeOf(response.headers['content-type']);
		const mimeType = given === undefined ? undefined : cleanMimeType(given);
		return await store(item, response, { name, mimeType }, until);
	} finally {
		response.close();
	}
}
