import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField, userField } from '../options';
import { requiredId, requiredText } from '../parameters';

const messageIdField: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.message_id }}',
	description: 'The answer to go on from: message_id of Chat > Send',
	required: true,
};

export const description = updateDisplayOptions(
	{ show: { resource: ['chat'], operation: ['getSuggested'] } },
	[messageIdField, userField, optionsField()],
);

/**
 * Questions that the user may ask next (GET /messages/{message_id}/suggested): `data` is a list of
 * texts, which is empty when the model of the newest servers fails. Fails when the app has the
 * feature switched off (facts 4).
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const messageId = requiredId(context, itemIndex, messageIdField);
	const json = await callDify(context, itemIndex, {
		path: difyPath`/messages/${messageId}/suggested`,
		qs: { user: requiredText(context, itemIndex, userField) },
	});
	return [{ json: { ...json, message_id: messageId } }];
}
