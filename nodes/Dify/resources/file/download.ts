import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { outputDataField } from '../../../shared/descriptions';
import { asText, defined } from '../../../shared/objects';
import type { HttpAnswer } from '../../../shared/transport/http';
import { attachmentName, mimeTypeOf } from '../../transport/fileName';
import { answerProblem } from '../../transport/problems';
import type { ByteStream } from '../../transport/request';
import { difyError, difyPath, startOfText } from '../../transport/request';
import type { FileTitle } from '../download';
import { downloadFile } from '../download';
import { optionsField, optionsOf, userOption } from '../options';
import { requiredId } from '../parameters';

const fileIdField: INodeProperties = {
	displayName: 'File ID',
	name: 'fileId',
	type: 'string',
	default: '',
	placeholder: 'e.g. a1b2c3d4-5678-90ab-cdef-1234567890ab',
	description:
		'The ID of an uploaded file (upload_file_id of a message file). Dify gives it only after it was sent along with a message.',
	required: true,
};

const asAttachmentOption: INodeProperties = {
	displayName: 'As Attachment',
	name: 'asAttachment',
	type: 'boolean',
	default: true,
	description:
		'Whether to get the file under its own name, which is the default. Otherwise Dify tells its MIME type but not its name.',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['file'], operation: ['download'] } },
	[fileIdField, outputDataField, optionsField(asAttachmentOption, userOption)],
);

/** Downloads an uploaded file into a binary field, as a stream (GET /files/{file_id}/preview). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const fileId = requiredId(context, itemIndex, fileIdField);
	const path = difyPath`/files/${fileId}/preview`;
	const call = { path, qs: query(optionsOf(context, itemIndex)) };
	const titleOf = async (answer: HttpAnswer<ByteStream>) => {
		if (isForeignPage(answer.headers)) {
			const body = await startOfText(answer.body);
			throw await difyError(context, itemIndex, answerProblem({ ...answer, body }));
		}
		return titleFrom(answer.headers, fileId);
	};
	return [await downloadFile(context, itemIndex, call, titleOf, { id: fileId })];
}

function query({ asAttachment, user }: IDataObject): IDataObject {
	return defined({ as_attachment: asAttachment !== false, user: asText(user) });
}

/** Dify gives HTML files as attachments only, whatever was asked for (facts 4): this is a proxy's page. */
function isForeignPage(headers: HttpAnswer<ByteStream>['headers']): boolean {
	return mimeTypeOf(headers['content-type']) === 'text/html' && !headers['content-disposition'];
}

/**
 * Attachments come with a name but all as octet-stream, previews the other way round (facts 4): the
 * type of a named file follows from its ending.
 */
function titleFrom(headers: HttpAnswer<ByteStream>['headers'], fileId: string): FileTitle {
	const name = attachmentName(headers['content-disposition']) ?? fileId;
	const mimeType = mimeTypeOf(headers['content-type']);
	const byEnding = mimeType === 'application/octet-stream' && /\.\w+$/.test(name);
	return { name, mimeType: byEnding ? undefined : mimeType };
}
