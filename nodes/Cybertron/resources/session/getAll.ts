import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { readList, wantedOf } from '../../transport/lists';
import { optionsField, optionsOf, timeoutMs } from '../options';
import { textOf } from '../values';
import { filtersField, periodFields } from './filters';

const properties: INodeProperties[] = [
	returnAllField,
	limitField,
	filtersField(
		{
			displayName: 'Segment Codes',
			name: 'segmentCodes',
			type: 'string',
			default: '',
			placeholder: 'e.g. wWkE3bNkL3SzJX9orcO9P, cd0f14c3-801c-4b2d-8882-395e4ee7b9f5',
			description: 'Only these sessions, separated by commas',
		},
		{
			displayName: 'User Code',
			name: 'userCode',
			type: 'string',
			default: '',
			placeholder: 'e.g. name@example.com',
			description: 'Only the sessions of this user',
		},
	),
	optionsField(),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['session'], operation: ['getAll'] } },
	properties,
);

/** Lists the sessions of the robot (1.2.2). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const filters = context.getNodeParameter('filters', itemIndex, {}) as IDataObject;
	const rows = await readList(context, itemIndex, {
		path: '/openapi/v1/conversation/segment/get_list/',
		body: { ...userFilter(filters), ...codesFilter(filters), ...periodFields(filters) },
		wanted: wantedOf(context, itemIndex),
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	return rows.map((json) => ({ json }));
}

/** The mode must be sent in any case: 0 is no filter, 1 filters by user (facts 2.3). */
function userFilter(filters: IDataObject): IDataObject {
	const userCode = textOf(filters.userCode);
	return userCode ? { filter_mode: 1, filter_user_code: userCode } : { filter_mode: 0 };
}

/** Sent as a list; the documents also call it a text (T16). */
function codesFilter({ segmentCodes }: IDataObject): IDataObject {
	const given = Array.isArray(segmentCodes) ? segmentCodes : String(segmentCodes ?? '').split(',');
	const codes = given.map((code) => textOf(code)).filter(Boolean);
	return codes.length > 0 ? { segment_code_list: codes } : {};
}
