import type { INodeProperties } from 'n8n-workflow';

import type { OpenResponse } from '../../../shared/client';
import { path } from '../../../shared/client';
import { startOfText } from '../../../shared/body';
import { ChatflowError } from '../../../shared/errors';
import { outputDataField } from '../../../shared/fields';
import { mimeTypeOf } from '../../../shared/http';
import { cleanFileName } from '../../../shared/fileName';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import type { FileTitle } from '../../transport/download';
import { downloadFile } from '../../transport/download';
import { responseError } from '../../transport/errors';
import { attachmentName } from '../../transport/fileName';
import { userOption } from '../fields';

const fileIdField: INodeProperties = {
	displayName: 'File ID',
	name: 'fileId',
	type: 'string',
	default: '',
	placeholder: 'e.g. a1b2c3d4-5678-90ab-cdef-1234567890ab',
	description:
		'The ID of an uploaded file (upload_file_id of a message file). It can be downloaded only after it was sent along with a message.',
	required: true,
};

const asAttachmentOption: INodeProperties = {
	displayName: 'As Attachment',
	name: 'asAttachment',
	type: 'boolean',
	default: true,
	description:
		'Whether to get the file under its own name, which is the default. Otherwise Dify sends its MIME type but not its name.',
};

/** GET /files/{file_id}/preview. */
export const download: Operation = {
	name: 'Download',
	action: 'Download file',
	description: 'Download an uploaded file that was sent along with a message',
	fields: [fileIdField, outputDataField, optionsField(asAttachmentOption, userOption)],
	execute: async (item) => {
		const id = item.id('fileId');
		const { asAttachment, user } = item.options;
		const qs = defined({ as_attachment: asAttachment !== false, user: asText(user) });
		const call = { path: path`/files/${id}/preview`, qs };
		return await downloadFile(item, call, async (response) => await titleOf(response, id), { id });
	},
};

/**
 * Attachments have a name but are all sent as octet-stream, previews the other way round: the type
 * of a file with a name follows from its extension. Dify sends HTML files as attachments only,
 * whatever was asked for, so any other HTML is the page of a proxy.
 */
async function titleOf(response: OpenResponse, id: string): Promise<FileTitle> {
	const mimeType = mimeTypeOf(response.headers['content-type']);
	const disposition = response.headers['content-disposition'];
	if (mimeType === 'text/html' && !disposition) {
		const body = await startOfText(response.body);
		throw new ChatflowError(responseError({ ...response, body }));
	}
	const name = attachmentName(disposition) ?? cleanFileName(id);
	const byExtension = mimeType === 'application/octet-stream' && /\.\w+$/.test(name);
	return { name, mimeType: byExtension ? undefined : mimeType };
}
