import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { outputDataField } from '../../shared/descriptions';
import type { FileStream } from '../../shared/binary';
import type { ByteStream } from '../transport/request';
import { difyError, thrownProblem } from '../transport/request';
import { requiredId } from './parameters';

/** A file that is on its way. */
export interface IncomingFile {
	body: ByteStream;
	name: string;
	/** When missing, n8n derives it from the name's ending. */
	mimeType?: string;
}

/**
 * Passes a file on into n8n's binary store as it arrives, never holding it as a whole.
 *
 * @returns The item with the file in the field that the user named; its `json` says name, type and
 * size beside `json`.
 * @throws NodeApiError when the stream breaks off.
 */
export async function fileItem(
	context: IExecuteFunctions,
	itemIndex: number,
	file: IncomingFile,
	json: IDataObject = {},
): Promise<INodeExecutionData> {
	const field = requiredId(context, itemIndex, outputDataField);
	const binary = await store(context, itemIndex, file);
	const named = { ...binary, fileName: withExtension(file.name, binary.fileExtension) };
	const { fileName: name, mimeType: mime_type, bytes: size } = named;
	return { json: { ...json, name, mime_type, size }, binary: { [field]: named } };
}

async function store(
	context: IExecuteFunctions,
	itemIndex: number,
	{ body, name, mimeType }: IncomingFile,
) {
	try {
		return await context.helpers.prepareBinaryData(body as FileStream, name, mimeType);
	} catch (error) {
		throw await difyError(context, itemIndex, thrownProblem(error));
	} finally {
		body.destroy();
	}
}

function withExtension(name: string, extension?: string): string {
	return extension && !/\.\w{1,8}$/.test(name) ? `${name}.${extension}` : name;
}
