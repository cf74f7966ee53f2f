import type { IDataObject } from 'n8n-workflow';

import type { ItemFile } from '../../shared/binary';
import type { Item } from '../../shared/item';
import { multipart } from '../../shared/multipart';
import { jsonObject } from '../../shared/operation';
import { dify } from './dify';

export interface Upload {
	/** The name of the binary field that holds the file. */
	field: string;
	user?: string;
	path?: string;
	/** Overrides the MIME type of the file. */
	mimeType?: (file: ItemFile) => string;
}

/**
 * Sends the file of a binary field as a multipart form, streamed.
 *
 * @returns The response; of `/files/upload` the uploaded file with its `id`.
 * @throws ChatflowError if Dify does not accept the file, NodeOperationError if there is no such field.
 */
export async function uploadFile(
	item: Item,
	{ field, user, path = '/files/upload', mimeType }: Upload,
): Promise<IDataObject> {
	const form = async () => {
		const file = await item.file(field);
		const content = {
			...file,
			mimeType: mimeType?.(file) ?? file.mimeType,
		};
		return multipart({ user }, { field: 'file', content });
	};
	return jsonObject(await dify(item).request({ method: 'POST', path, form }));
}
