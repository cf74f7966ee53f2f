import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { cybertronAccess } from '../../../../credentials/CybertronApi.credentials';
import type { ItemFile } from '../../../shared/binary';
import { openItemFile } from '../../../shared/binary';
import { asText } from '../../../shared/objects';
import type { Multipart } from '../../../shared/transport/multipart';
import { multipart } from '../../../shared/transport/multipart';
import type { WaitUntil } from '../../stream/offlineFile';
import { toStatusItem } from '../../stream/offlineFile';
import { cybertronCredentials, cybertronError, cybertronRequest } from '../../transport/http';
import { waitForFile } from '../../transport/offlineFile';
import { optionsOf, timeoutMs } from '../options';
import { objectOption, requiredText, textOf } from '../values';
import { uploadProperties } from './uploadFields';
import { waitRequest } from './waitFields';

/** The form's numbers for {@link uploadProperties}' modes (facts 2.9). */
const MODES: Record<string, string> = { file: '1', noFile: '2' };
/** This value of `extra_params` runs the parsing only, so the content is all there is to wait for. */
const PARSING_ONLY = 'ocr';

export const description = updateDisplayOptions(
	{ show: { resource: ['offlineFile'], operation: ['upload'] } },
	uploadProperties,
);

/** Uploads a file for a flow (3.4.1); waits for its result if wanted. */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const fields = await formFields(context, itemIndex, options);
	const data = await cybertronRequest(context, itemIndex, {
		method: 'POST',
		path: '/openapi/v1/chatflow/offline_upload_file/',
		form: async () => await form(context, itemIndex, options, fields),
		timeoutMs: timeoutMs(options),
	});
	const fileId = asText(data.id) ?? asText(data.file_id);
	if (!fileId) throw await cybertronError(context, itemIndex, noFileId(data));
	const until: WaitUntil = fields.extra_params === PARSING_ONLY ? 'parsing' : 'flow';
	const request = waitRequest(context, itemIndex, options, until);
	if (request) return [{ json: await waitForFile(context, itemIndex, fileId, request) }];
	const status = data.status === undefined ? data : toStatusItem(data);
	return [{ json: { ...status, file_id: data.id ?? fileId } }];
}

type Fields = Record<string, string | undefined>;

async function formFields(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): Promise<Fields> {
	const { username } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	const required = (name: string, label: string) => requiredText(context, itemIndex, name, label);
	const mode = String(context.getNodeParameter('mode', itemIndex, 'file'));
	const inputs = objectOption(context, itemIndex, options, {
		name: 'inputs',
		label: 'Inputs',
		example: '{ "language": "English" }',
	});
	return {
		mode: MODES[mode] ?? MODES.file,
		username,
		flow_uuid: required('flowUuid', 'Flow UUID'),
		tenant_name: required('tenantName', 'Tenant Name'),
		...(mode === 'noFile'
			? {}
			: {
					extra_params: required('extraParams', 'Extra Params'),
					parse_model: required('parseModel', 'Parse Model'),
					parse_prompt: textOf(context.getNodeParameter('parsePrompt', itemIndex, '')) || undefined,
				}),
		inputs: inputs && JSON.stringify(inputs),
		image_source_param: textOf(options.imageSourceParam) || undefined,
	};
}

/** The form with the item's file, streamed out of n8n's binary store. */
async function form(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
	fields: Fields,
): Promise<Multipart> {
	if (fields.mode === MODES.noFile) return multipart(fields);
	const field = context.getNodeParameter('binaryPropertyName', itemIndex, 'data') as string;
	const opened = await openItemFile(context, itemIndex, field);
	const content = { ...opened, fileName: textOf(options.fileName) || opened.fileName };
	const about = {
		file_name: content.fileName,
		file_format: textOf(options.fileFormat) || formatOf(content),
	};
	return multipart({ ...fields, ...about }, { field: 'file', content });
}

/** Live servers want `pdf` for PDF files and `Image` for pictures; others take an empty text (facts 2.9). */
function formatOf({ mimeType, fileName }: ItemFile): string {
	if (mimeType === 'application/pdf' || /\.pdf$/i.test(fileName)) return 'pdf';
	return mimeType.startsWith('image/') ? 'Image' : '';
}

function noFileId(data: IDataObject) {
	return {
		message: 'The Cybertron server took the file but gave no ID for it',
		description: 'Check flow UUID and tenant name, then upload the file again',
		details: { data },
	};
}
