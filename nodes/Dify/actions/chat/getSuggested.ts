import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { userField } from '../fields';

const messageIdField: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.message_id }}',
	description: 'The answer to continue from: message_id of Chat > Send',
	required: true,
};

/**
 * GET /messages/{message_id}/suggested. `data` is a list of texts, which is empty if the model of a
 * newer server fails. The request fails if the feature is turned off in the app.
 */
export const getSuggested: Operation = {
	name: 'Get Suggested Questions',
	action: 'Get suggested questions',
	description: 'Get questions that the user may ask next',
	fields: [messageIdField, userField, optionsField()],
	execute: async (item) => {
		const messageId = item.id('messageId');
		const response = await dify(item).get(path`/messages/${messageId}/suggested`, {
			user: item.text('user'),
		});
		return json({ ...jsonObject(response), message_id: messageId });
	},
};
