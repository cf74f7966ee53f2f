import type { INodeProperties } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';

const keywordOption: INodeProperties = {
	displayName: 'Keyword',
	name: 'keyword',
	type: 'string',
	default: '',
	placeholder: 'e.g. refund',
	description: 'Only annotations whose question or answer contains this text',
};

/** GET /apps/annotations. */
export const getAll: Operation = {
	name: 'Get Many',
	action: 'Get many annotations',
	description: 'Get the annotations of the app, the newest first',
	fields: [returnAllField, limitField, optionsField(keywordOption)],
	execute: async (item) =>
		jsonList(
			await readList(item, {
				path: '/apps/annotations',
				rule: LIST_RULES.annotations,
				query: defined({ keyword: asText(item.options.keyword) }),
			}),
		),
};
