import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { toStatusItem } from '../../stream/offlineFile';
import { offlineFileStatus, waitForFile } from '../../transport/offlineFile';
import { optionsField, optionsOf, timeoutMs } from '../options';
import { requiredText } from '../values';
import { waitForResultField, waitOptions, waitRequest } from './waitFields';

const properties: INodeProperties[] = [
	{
		displayName: 'File ID',
		name: 'fileId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.file_id }}',
		description: 'The ID that Upload returned',
		required: true,
	},
	waitForResultField,
	optionsField(...waitOptions),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['offlineFile'], operation: ['getStatus'] } },
	properties,
);

/** Tells how far a file has come (3.4.2), now or when it is done. */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const fileId = requiredText(context, itemIndex, 'fileId', 'File ID');
	const request = waitRequest(context, itemIndex, options);
	if (request) return [{ json: await waitForFile(context, itemIndex, fileId, request) }];
	const data = await offlineFileStatus(context, itemIndex, fileId, timeoutMs(options));
	return [{ json: toStatusItem({ file_id: fileId, ...data }) }];
}
