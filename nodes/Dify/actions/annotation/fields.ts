import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../../../shared/item';

const questionField: INodeProperties = {
	displayName: 'Question',
	name: 'question',
	type: 'string',
	default: '',
	placeholder: 'e.g. What are your opening hours?',
	description: 'What a user asks',
	required: true,
};

const answerField: INodeProperties = {
	displayName: 'Answer',
	name: 'answer',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. We are open from 9 to 5.',
	description: 'The answer that the app gives without asking a model',
	required: true,
};

export const pairFields: INodeProperties[] = [questionField, answerField];

/** Question and answer, as the body of a request. */
export function pairOf(item: Item): IDataObject {
	return { question: item.text('question'), answer: item.text('answer') };
}

export const actionField: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'options',
	options: [
		{
			name: 'Disable',
			value: 'disable',
			description: 'Stop answering from the annotations',
			action: 'Disable annotation reply',
		},
		{
			name: 'Enable',
			value: 'enable',
			description: 'Answer from an annotation if one matches',
			action: 'Enable annotation reply',
		},
	],
	default: 'enable',
	description: 'What to do with the annotation reply of the app',
	required: true,
};
