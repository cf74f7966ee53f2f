import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, defined, trimmed } from '../../../shared/values';
import { readList } from '../../transport/lists';
import { segmentCodeField } from '../message';
import { filtersField, periodFields } from './filters';

/** Lists the questions and answers of a session as the server keeps them: rows may be repeated, answers be malformed JSON. */
export const getMessages: Operation = {
	name: 'Get Messages',
	action: 'Get session messages',
	description: 'List the questions and answers of a session',
	fields: [
		{ ...segmentCodeField, required: true, description: 'The session to read' },
		returnAllField,
		limitField,
		filtersField({
			displayName: 'Question',
			name: 'question',
			type: 'string',
			default: '',
			placeholder: 'e.g. invoice',
			description: 'Only messages whose question contains this text',
		}),
		optionsField(),
	],
	execute: async (item) => {
		const filters = asObject(item.value('filters'));
		return jsonList(
			await readList(item, '/openapi/v1/conversation/segment/detail_list/', {
				segment_code: item.id('segmentCode'),
				...defined({ question: trimmed(filters.question) }),
				...periodFields(filters),
			}),
		);
	},
};
