import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import { asObject } from '../../shared/values';
import { cybertron } from './cybertron';

/**
 * How far an offline file has come: the `data` of GET get_offline_file_status, as received.
 *
 * @throws ChatflowError if the status cannot be read.
 */
export async function fileStatus(caller: Caller, fileId: string): Promise<IDataObject> {
	const path = '/openapi/v1/chatflow/get_offline_file_status/';
	const data = asObject(await cybertron(caller).get(path, { file_id: fileId }));
	if (data.status !== undefined && data.status !== null) return data;
	throw new ChatflowError({
		message: 'The Cybertron server gave no status for the file',
		description: 'Check the file ID, and the Base URL in the credential',
		details: { file_id: fileId, data },
	});
}
