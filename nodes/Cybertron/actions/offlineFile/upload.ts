import type { IDataObject } from 'n8n-workflow';

import type { ItemFile } from '../../../shared/binary';
import { ChatflowError } from '../../../shared/errors';
import { cleanFileName } from '../../../shared/fileName';
import type { Item } from '../../../shared/item';
import type { Multipart } from '../../../shared/multipart';
import { multipart } from '../../../shared/multipart';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { asObject, asText } from '../../../shared/values';
import { toStatusItem } from '../../offlineFile/status';
import { credentialsOf, cybertron } from '../../transport/cybertron';
import { uploadFields } from './uploadFields';
import { waitForFile, waitsForResult } from './wait';

/** The form's number of the mode without a file, and of the one with a file. */
const NO_FILE = '2';
const WITH_FILE = '1';
/** This value of `extra_params` runs the parsing only, so the content is all there is to wait for. */
const PARSING_ONLY = 'ocr';

/** Uploads a file for a flow (SERVER.md, "Upload of offline files"); waits for its result if wanted. */
export const upload: Operation = {
	name: 'Upload',
	action: 'Upload offline file',
	description: 'Upload a file that a flow works on in the background',
	fields: uploadFields,
	execute: async (item) => {
		const fields = await formFields(item);
		const response = await cybertron(item).request({
			method: 'POST',
			path: '/openapi/v1/chatflow/offline_upload_file/',
			form: async () => await form(item, fields),
		});
		const data = asObject(response);
		const fileId = asText(data.id) ?? asText(data.file_id);
		if (!fileId) throw noFileId(data);
		if (waitsForResult(item)) {
			const parsingOnly = fields.extra_params === PARSING_ONLY;
			return json(await waitForFile(item, fileId, parsingOnly ? 'parsing' : 'flow'));
		}
		const status = data.status === undefined ? data : toStatusItem(data);
		return json({ ...status, file_id: data.id ?? fileId });
	},
};

type Fields = Record<string, string | undefined>;

async function formFields(item: Item): Promise<Fields> {
	const { username } = await credentialsOf(item);
	const withFile = item.value('mode') !== 'noFile';
	const inputs = item.object('options.inputs');
	return {
		mode: withFile ? WITH_FILE : NO_FILE,
		username,
		flow_uuid: item.id('flowUuid'),
		tenant_name: item.id('tenantName'),
		...(withFile ? parseFields(item) : {}),
		inputs: Object.keys(inputs).length > 0 ? JSON.stringify(inputs) : undefined,
		image_source_param: item.optionalId('options.imageSourceParam'),
	};
}

function parseFields(item: Item): Fields {
	return {
		extra_params: item.id('extraParams'),
		parse_model: item.id('parseModel'),
		parse_prompt: item.optionalId('parsePrompt'),
	};
}

/** The form with the item's file, streamed out of n8n's binary store. */
async function form(item: Item, fields: Fields): Promise<Multipart> {
	if (fields.mode === NO_FILE) return multipart(fields);
	const opened = await item.file(String(item.value('binaryPropertyName') || 'data'));
	const fileName = cleanFileName(item.optionalId('options.fileName') ?? opened.fileName);
	const content = { ...opened, fileName };
	const about = {
		file_name: fileName,
		file_format: item.optionalId('options.fileFormat') ?? formatOf(content),
	};
	return multipart({ ...fields, ...about }, { field: 'file', content });
}

/** Live servers want `pdf` for PDF files and `Image` for pictures; others take an empty text. */
function formatOf({ mimeType, fileName }: ItemFile): string {
	if (mimeType === 'application/pdf' || /\.pdf$/i.test(fileName)) return 'pdf';
	return mimeType.startsWith('image/') ? 'Image' : '';
}

function noFileId(data: IDataObject): ChatflowError {
	return new ChatflowError({
		message: 'The Cybertron server took the file but gave no ID for it',
		description: 'Check flow UUID and tenant name, then upload the file again',
		details: { data },
	});
}
