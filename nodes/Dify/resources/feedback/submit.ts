import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { asText, defined } from '../../../shared/objects';
import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField, optionsOf, userField } from '../options';
import { emptyParameter, requiredId, requiredText } from '../parameters';

const messageIdField: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.message_id }}',
	description: 'The answer that is rated: message_id of Chat > Send',
	required: true,
};

const ratingField: INodeProperties = {
	displayName: 'Rating',
	name: 'rating',
	type: 'options',
	options: [
		{ name: 'Dislike', value: 'dislike' },
		{ name: 'Like', value: 'like' },
		{ name: 'None (Revoke)', value: 'null', description: 'Take an earlier rating back' },
	],
	default: 'like',
	description: 'What the user thinks of the answer',
	required: true,
};

const contentOption: INodeProperties = {
	displayName: 'Content',
	name: 'content',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. The price is out of date',
	description: 'What the user wrote about the answer; replaces an earlier text',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['feedback'], operation: ['submit'] } },
	[messageIdField, userField, ratingField, optionsField(contentOption)],
);

/** Rates an answer, or takes the rating back (POST /messages/{message_id}/feedbacks). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const messageId = requiredId(context, itemIndex, messageIdField);
	const rating = context.getNodeParameter(ratingField.name, itemIndex);
	// Dify takes a missing rating for a revocation: one that was not given must not be sent.
	if (rating === undefined || rating === '') throw emptyParameter(context, itemIndex, ratingField);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: difyPath`/messages/${messageId}/feedbacks`,
		body: defined({
			rating: rating === 'null' ? null : rating,
			user: requiredText(context, itemIndex, userField),
			content: asText(optionsOf(context, itemIndex).content),
		}),
	});
	return [{ json }];
}
