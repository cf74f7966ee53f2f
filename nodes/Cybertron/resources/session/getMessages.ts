import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { defined } from '../../../shared/objects';
import { readList, wantedOf } from '../../transport/lists';
import { optionsField, optionsOf, timeoutMs } from '../options';
import { segmentCodeField } from '../segment';
import { requiredText, textOf } from '../values';
import { filtersField, periodFields } from './filters';

const properties: INodeProperties[] = [
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
];

export const description = updateDisplayOptions(
	{ show: { resource: ['session'], operation: ['getMessages'] } },
	properties,
);

/** Lists the questions and answers of a session as the server keeps them (1.2.3, T20). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const filters = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
	const rows = await readList(context, itemIndex, {
		path: '/openapi/v1/conversation/segment/detail_list/',
		body: {
			segment_code: requiredText(context, itemIndex, 'segmentCode', 'Segment Code'),
			...defined({ question: textOf(filters.question) || undefined }),
			...periodFields(filters),
		},
		wanted: wantedOf(context, itemIndex),
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	return rows.map((json) => ({ json }));
}
