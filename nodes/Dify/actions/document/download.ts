import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { OpenResponse } from '../../../shared/client';
import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import { outputDataField } from '../../../shared/fields';
import { cleanFileName } from '../../../shared/fileName';
import { mimeTypeOf } from '../../../shared/http';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { downloadFile, saveFile } from '../../transport/download';
import { fetchFile } from '../../transport/fetchFile';
import { attachmentName } from '../../transport/fileName';
import { knowledge, knowledgeService } from '../../transport/knowledge';
import { datasetField, documentField } from '../pickers';
import { allowedFileOriginsOption } from '../runFields';
import { documentIds, documentIdsField } from './fields';

const formatField: INodeProperties = {
	displayName: 'Download As',
	name: 'downloadAs',
	type: 'options',
	options: [
		{ name: 'File', value: 'file', description: 'The file that one document was made of' },
		{ name: 'ZIP', value: 'zip', description: 'The files of up to 100 documents in one archive' },
	],
	default: 'file',
	description: 'What to download',
};

const originsOption: INodeProperties = {
	...allowedFileOriginsOption,
	description:
		'Where the file may be fetched from beside the server of the Base URL, separated by commas',
};

/** GET …/documents/{document_id}/download and POST …/documents/download-zip, Dify 1.13.1 and later. */
export const download: Operation = {
	name: 'Download',
	action: 'Download document',
	description: 'Download the file of a document, or those of several as ZIP (Dify 1.13.1 or newer)',
	fields: [
		datasetField,
		formatField,
		{ ...documentField, displayOptions: { show: { downloadAs: ['file'] } } },
		{ ...documentIdsField, displayOptions: { show: { downloadAs: ['zip'] } } },
		outputDataField,
		optionsField(originsOption),
	],
	execute: async (item) =>
		item.value('downloadAs') === 'zip' ? await downloadZip(item) : await downloadOne(item),
};

/** The link is signed and may lie elsewhere; it is opened without the key. */
async function downloadOne(item: Item): Promise<INodeExecutionData[]> {
	const id = item.id('documentId');
	const call = path`/datasets/${item.id('datasetId')}/documents/${id}/download`;
	const { url } = jsonObject(await knowledge(item).get(call));
	const response = await opened(item, asText(url) ?? '');
	return await saveFile(item, response, (file) => titleOf(file, id), { id });
}

async function opened(item: Item, url: string): Promise<OpenResponse> {
	try {
		return await fetchFile(item, url, knowledgeService);
	} catch (error) {
		if (!(error instanceof ChatflowError)) return await Promise.reject(error);
		const message = `The file was not downloaded: ${error.message}`;
		return await Promise.reject(new ChatflowError({ ...error.info, message }, error.attempt));
	}
}

function titleOf({ headers }: OpenResponse, id: string) {
	const name = attachmentName(headers['content-disposition']) ?? cleanFileName(id);
	const mimeType = mimeTypeOf(headers['content-type']);
	// Attachments are all sent as octet-stream: the extension of the name says more.
	return { name, mimeType: mimeType === 'application/octet-stream' ? undefined : mimeType };
}

async function downloadZip(item: Item): Promise<INodeExecutionData[]> {
	const call = {
		method: 'POST' as const,
		path: path`/datasets/${item.id('datasetId')}/documents/download-zip`,
		body: { document_ids: documentIds(item) },
		isRead: true,
	};
	const title = () => ({ name: 'documents.zip', mimeType: 'application/zip' });
	return await downloadFile(item, call, title, {}, knowledge(item));
}
