import { ChatflowError } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, asText } from '../../../shared/values';
import { credentialsOf, cybertron } from '../../transport/cybertron';

/** Creates an empty session. This call looks for the credential in the body. */
export const create: Operation = {
	name: 'Create',
	action: 'Create session',
	description: 'Create an empty session',
	fields: [optionsField()],
	execute: async (item) => {
		const { username, robotKey, robotToken } = await credentialsOf(item);
		const response = await cybertron(item).post('/openapi/v1/conversation/segment/create/', {
			username,
			cybertron_robot_key: robotKey,
			cybertron_robot_token: robotToken,
		});
		const data = asObject(response);
		const segmentCode = asText(data.segment_code);
		if (segmentCode) return json({ ...data, segment_code: segmentCode });
		throw new ChatflowError({
			message: 'The Cybertron server gave no code for the new session',
			description:
				'You do not need to create a session: leave Segment Code empty where you send a message to start a new one',
			details: { data },
		});
	},
};
