import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { openItemFile } from '../../../shared/binary';
import { asObject, asText } from '../../../shared/objects';
import { multipart } from '../../../shared/transport/multipart';
import { baseName } from '../../transport/fileName';
import { difyRequest } from '../../transport/request';
import { optionsOf, timeoutMs } from '../options';
import { fileType } from './fileType';
import type { FileType } from './fileType';

/** One file to send along, as the user described it in the node. */
export interface FileChoice {
	source: 'binary' | 'url' | 'uploadId';
	/** Name of a binary field, or several separated by commas. */
	binaryPropertyName?: string;
	url?: string;
	uploadFileId?: string;
	type?: FileType | 'auto';
}

/** The `files` parameter as the API wants it. Files of the item are uploaded first, by the same user. */
export async function filesOf(
	context: IExecuteFunctions,
	itemIndex: number,
	user: string,
): Promise<IDataObject[]> {
	const given = context.getNodeParameter('files', itemIndex, {}) as { file?: FileChoice[] };
	const files: IDataObject[] = [];
	for (const choice of given.file ?? []) {
		files.push(...(await fileObjects(context, itemIndex, choice, user)));
	}
	return files;
}

/** What the API takes for a file: an uploaded one, or one at a URL (facts 4, inputs). */
export async function fileObjects(
	context: IExecuteFunctions,
	itemIndex: number,
	choice: FileChoice,
	user: string,
): Promise<IDataObject[]> {
	if (choice.source === 'url') return [urlFile(context, itemIndex, choice)];
	if (choice.source === 'uploadId') return [uploadedFile(context, itemIndex, choice)];
	const fields = splitNames(choice.binaryPropertyName);
	if (fields.length === 0)
		throw unclear(context, itemIndex, 'A file has no input field', FIELD_HINT);
	const files: IDataObject[] = [];
	for (const field of fields) {
		files.push(await uploadField(context, itemIndex, field, choice.type, user));
	}
	return files;
}

const FIELD_HINT = 'Fill in Input Data Field Name: the binary field that holds the file';
const TYPE_HINT = 'Choose the Type of the file';

/** The names in a text with commas between them. */
export function splitNames(names: string | undefined): string[] {
	return (names ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
}

/** Uploads one binary field as a stream and refers to it. */
async function uploadField(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	type: FileChoice['type'],
	user: string,
): Promise<IDataObject> {
	const { fileName = '', mimeType } = context.helpers.assertBinaryData(itemIndex, field);
	const uploaded = asObject(
		await difyRequest(context, itemIndex, {
			method: 'POST',
			path: '/files/upload',
			form: async () => {
				const content = await openItemFile(context, itemIndex, field);
				const name = baseName(content.fileName);
				return multipart({ user }, { field: 'file', content: { ...content, fileName: name } });
			},
			timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
		}),
	);
	return {
		type: chosen(type) ?? fileType(fileName, mimeType) ?? 'custom',
		transfer_method: 'local_file',
		upload_file_id: uploaded.id,
	};
}

function urlFile(context: IExecuteFunctions, itemIndex: number, choice: FileChoice): IDataObject {
	const url = asText(choice.url)?.trim() ?? '';
	const path = pathOf(url);
	if (path === undefined) {
		const message = `"${url}" is not the URL of a file`;
		throw unclear(
			context,
			itemIndex,
			message,
			'Use an address that begins with http:// or https://',
		);
	}
	const type = chosen(choice.type) ?? fileType(path);
	if (!type) {
		throw unclear(context, itemIndex, `The type of the file at ${url} cannot be told`, TYPE_HINT);
	}
	return { type, transfer_method: 'remote_url', url };
}

function pathOf(url: string): string | undefined {
	try {
		const { protocol, pathname } = new URL(url);
		return /^https?:$/.test(protocol) ? pathname : undefined;
	} catch {
		return undefined;
	}
}

function uploadedFile(
	context: IExecuteFunctions,
	itemIndex: number,
	choice: FileChoice,
): IDataObject {
	const id = asText(choice.uploadFileId)?.trim();
	if (!id) {
		const hint = 'Fill in Upload File ID: it is the ID that File > Upload gives';
		throw unclear(context, itemIndex, 'A file has no upload ID', hint);
	}
	const type = chosen(choice.type) ?? typeOfUpload(context, itemIndex, id);
	if (!type) {
		throw unclear(
			context,
			itemIndex,
			`The type of the uploaded file ${id} is not known`,
			TYPE_HINT,
		);
	}
	return { type, transfer_method: 'local_file', upload_file_id: id };
}

/** When the item is what File > Upload gave, it says what the file is. */
function typeOfUpload(
	context: IExecuteFunctions,
	itemIndex: number,
	id: string,
): FileType | undefined {
	const json = context.getInputData()[itemIndex]?.json ?? {};
	if (json.id !== id) return undefined;
	return fileType(asText(json.name) ?? '', asText(json.mime_type));
}

function chosen(type: FileChoice['type']): FileType | undefined {
	return type === 'auto' ? undefined : type;
}

function unclear(
	context: IExecuteFunctions,
	itemIndex: number,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}
