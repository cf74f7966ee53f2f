import type { IDataObject } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, trimmed } from '../../../shared/values';
import { readList } from '../../transport/lists';
import { filtersField, periodFields } from './filters';

/** Lists the sessions of the robot. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many sessions',
	description: 'List the sessions of the robot',
	fields: [
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
	],
	execute: async (item) => {
		const filters = asObject(item.value('filters'));
		return jsonList(
			await readList(item, '/openapi/v1/conversation/segment/get_list/', {
				...userFilter(filters),
				...codesFilter(filters),
				...periodFields(filters),
			}),
		);
	},
};

/** The mode must be sent in any case: 0 is no filter, 1 filters by user. */
function userFilter(filters: IDataObject): IDataObject {
	const userCode = trimmed(filters.userCode);
	return userCode ? { filter_mode: 1, filter_user_code: userCode } : { filter_mode: 0 };
}

/** Sent as a list; the documents also call it a text. */
function codesFilter({ segmentCodes }: IDataObject): IDataObject {
	const given = Array.isArray(segmentCodes) ? segmentCodes : String(segmentCodes ?? '').split(',');
	const codes = given.map((code) => trimmed(code)).filter(Boolean);
	return codes.length > 0 ? { segment_code_list: codes } : {};
}
