import type { IDataObject } from 'n8n-workflow';

import { invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { asText, trimmed } from '../../shared/values';
import { uploadFile } from '../transport/upload';
import type { FileType } from './fileType';
import { fileType } from './fileType';

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
export async function filesOf(item: Item, user: string): Promise<IDataObject[]> {
	const given = item.context.getNodeParameter('files', item.index, {}) as { file?: FileChoice[] };
	const files: IDataObject[] = [];
	for (const choice of given.file ?? []) files.push(...(await fileObjects(item, choice, user)));
	return files;
}

/**
 * What the API takes for a file: an uploaded one, or one at a URL.
 *
 * @param otherwise The type of a file if nothing tells it.
 */
export async function fileObjects(
	item: Item,
	choice: FileChoice,
	user: string,
	otherwise?: FileType,
): Promise<IDataObject[]> {
	if (choice.source === 'url') return [urlFile(choice, otherwise)];
	if (choice.source === 'uploadId') return [uploadedFile(item, choice, otherwise)];
	const fields = splitNames(choice.binaryPropertyName);
	if (fields.length === 0) {
		throw invalidValue(
			'A file has no input field',
			'Fill in Input Data Field Name: the binary field that holds the file',
		);
	}
	const files: IDataObject[] = [];
	for (const field of fields) files.push(await uploadField(item, field, choice.type, user));
	return files;
}

/** The names in a text with commas between them. */
export function splitNames(names = ''): string[] {
	return names
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
}

/** Uploads one binary field as a stream and refers to it. */
async function uploadField(
	item: Item,
	field: string,
	type: FileChoice['type'],
	user: string,
): Promise<IDataObject> {
	const { fileName = '', mimeType } = item.context.helpers.assertBinaryData(item.index, field);
	const uploaded = await uploadFile(item, { field, user });
	return {
		type: chosen(type) ?? fileType(fileName, mimeType) ?? 'custom',
		transfer_method: 'local_file',
		upload_file_id: uploaded.id,
	};
}

function urlFile(choice: FileChoice, otherwise?: FileType): IDataObject {
	const url = trimmed(choice.url) ?? '';
	const path = pathOf(url);
	if (path === undefined) {
		throw invalidValue(
			`"${url}" is not the URL of a file`,
			'Use an address that begins with http:// or https://',
		);
	}
	const type = chosen(choice.type) ?? fileType(path) ?? otherwise;
	if (!type) throw unknownType(`The type of the file at ${url} cannot be told`);
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

function uploadedFile(item: Item, choice: FileChoice, otherwise?: FileType): IDataObject {
	const id = trimmed(choice.uploadFileId);
	if (!id) {
		throw invalidValue(
			'A file has no upload ID',
			'Fill in Upload File ID: it is the ID that File > Upload gives',
		);
	}
	const type = chosen(choice.type) ?? typeOfUpload(item, id) ?? otherwise;
	if (!type) throw unknownType(`The type of the uploaded file ${id} is not known`);
	return { type, transfer_method: 'local_file', upload_file_id: id };
}

/** If the item is what File > Upload gave, it says what the file is. */
function typeOfUpload(item: Item, id: string): FileType | undefined {
	const json = item.input?.json ?? {};
	if (json.id !== id) return undefined;
	return fileType(asText(json.name) ?? '', asText(json.mime_type));
}

function chosen(type: FileChoice['type']): FileType | undefined {
	return type === 'auto' ? undefined : type;
}

function unknownType(message: string) {
	return invalidValue(message, 'Choose the Type of the file');
}
