import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { invalidValue } from './errors';
import { cleanFileName, cleanMimeType } from './fileName';

/** n8n's stream of a stored file. */
export type FileStream = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** The file of an item, ready to be sent once. */
export interface ItemFile {
	/** A stream from n8n's binary store; a buffer only for files that the item itself carries. */
	content: FileStream | Buffer;
	/** Bytes. */
	length: number;
	/** Never empty; ends with an extension if one is known. */
	fileName: string;
	mimeType: string;
	/** Closes the stream; needed if the file was not read to its end. */
	dispose(): void;
}

/** Bytes read at a time. Each piece is work for n8n's garbage collector, so few large ones are faster. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Opens the binary field of an item as a stream of known length, whatever n8n's binary mode is:
 * files with an id lie in the store and are never held in memory as a whole.
 *
 * @throws NodeOperationError if the item has no such field; ChatflowError if the store no such file.
 */
export async function openItemFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<ItemFile> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const named = {
		fileName: cleanFileName(fileNameOf(binary)),
		mimeType: cleanMimeType(binary.mimeType || ''),
	};
	if (!binary.id) {
		const content = Buffer.from(binary.data, 'base64');
		return { ...named, content, length: content.length, dispose: () => {} };
	}
	const { fileSize, content } = await fromStore(context, binary.id);
	return { ...named, content, length: fileSize, dispose: () => content.destroy() };
}

async function fromStore(context: IExecuteFunctions, id: string) {
	try {
		const { fileSize } = await context.helpers.getBinaryMetadata(id);
		return { fileSize, content: await context.helpers.getBinaryStream(id, CHUNK_BYTES) };
	} catch (error) {
		throw invalidValue(
			"The file is no longer in n8n's store",
			`Run the node that made the file again. The store says: ${String((error as Error).message)}`,
		);
	}
}

function fileNameOf({ fileName, fileExtension }: IBinaryData): string {
	if (fileName) return fileName;
	return fileExtension ? `file.${fileExtension}` : 'file';
}
