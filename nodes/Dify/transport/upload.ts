import type { IDataObject } from 'n8n-workflow';

import type { ItemFile } from '../../shared/binary';
import type { Service } from '../../shared/client';
import { Client } from '../../shared/client';
import type { Item } from '../../shared/item';
import { multipart } from '../../shared/multipart';
import { jsonObject } from '../../shared/operation';
import { difyService } from './dify';

export interface Upload {
	/** The name of the binary field that holds the file. */
	field: string;
	user?: string;
	path?: string;
	/** Where it goes, if not to an app. */
	service?: Service;
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
	{ field, user, path = '/files/upload', service = difyService, mimeType }: Upload,
): Promise<IDataObject> {
	const form = async () => {
		const file = await item.file(field);
		const content = {
			...file,
			mimeType: mimeType?.(file) ?? file.mimeType,
		};
		return multipart({ user }, { field: 'file', content });
	};
	return jsonObject(await new Client(service, item).request({ method: 'POST', path, form }));
}
