import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { cybertronAccess } from '../../../../credentials/CybertronApi.credentials';
import { asText } from '../../../shared/objects';
import { cybertronCredentials, cybertronError, cybertronRequest } from '../../transport/http';
import { optionsField, optionsOf, timeoutMs } from '../options';

const properties: INodeProperties[] = [optionsField()];

export const description = updateDisplayOptions(
	{ show: { resource: ['session'], operation: ['create'] } },
	properties,
);

/** Creates an empty session (1.2.1). This call looks for the credentials in the body (facts 1.3). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const access = cybertronAccess(await cybertronCredentials(context, itemIndex));
	const data = await cybertronRequest(context, itemIndex, {
		method: 'POST',
		path: '/openapi/v1/conversation/segment/create/',
		body: {
			username: access.username,
			cybertron_robot_key: access.robotKey,
			cybertron_robot_token: access.robotToken,
		},
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	const segmentCode = asText(data.segment_code);
	if (segmentCode) return [{ json: { ...data, segment_code: segmentCode } }];
	throw await cybertronError(context, itemIndex, {
		message: 'The Cybertron server gave no code for the new session',
		description:
			'A session needs not be created: leave Segment Code empty where you send a message, and a new one is begun',
		details: { data },
	});
}
