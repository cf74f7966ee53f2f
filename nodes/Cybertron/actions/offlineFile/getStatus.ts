import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { toStatusItem } from '../../offlineFile/status';
import { fileStatus } from '../../transport/offlineFile';
import { waitForFile, waitForResultField, waitOptions, waitsForResult } from './wait';

const fileIdField: INodeProperties = {
	displayName: 'File ID',
	name: 'fileId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.file_id }}',
	description: 'The ID that Upload returned',
	required: true,
};

/** How far a file has come, now or at the end. */
export const getStatus: Operation = {
	name: 'Get Status',
	action: 'Get offline file status',
	description: 'Get how far a file has come, or wait for its result',
	fields: [fileIdField, waitForResultField, optionsField(...waitOptions)],
	execute: async (item) => {
		const fileId = item.id('fileId');
		if (waitsForResult(item)) return json(await waitForFile(item, fileId));
		return json(toStatusItem({ file_id: fileId, ...(await fileStatus(item, fileId)) }));
	},
};
