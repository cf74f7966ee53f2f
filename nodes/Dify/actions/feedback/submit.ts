import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { dify } from '../../transport/dify';
import { userField } from '../fields';

const messageIdField: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.message_id }}',
	description: 'The answer to rate: message_id of Chat > Send',
	required: true,
};

const ratingField: INodeProperties = {
	displayName: 'Rating',
	name: 'rating',
	type: 'options',
	options: [
		{ name: 'Dislike', value: 'dislike' },
		{ name: 'Like', value: 'like' },
		{ name: 'None (Revoke)', value: 'null', description: 'Withdraw an earlier rating' },
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

/** POST /messages/{message_id}/feedbacks. */
export const submit: Operation = {
	name: 'Submit',
	action: 'Submit feedback',
	description: 'Rate an answer, or withdraw the rating',
	fields: [messageIdField, userField, ratingField, optionsField(contentOption)],
	execute: async (item) => {
		const messageId = item.id('messageId');
		const rating = item.value('rating');
		// Dify takes a missing rating for a revocation, so an expression without a value must not be sent.
		if (rating === undefined || rating === '') throw item.emptyParameter('rating');
		const body = defined({
			rating: rating === 'null' ? null : rating,
			user: item.text('user'),
			content: asText(item.options.content),
		});
		return json(await dify(item).post(path`/messages/${messageId}/feedbacks`, body));
	},
};
