import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { limitField, returnAllField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';
import { userField } from '../fields';
import { conversationField } from '../pickers';
import { withDecodedValue } from './variableValue';

const variableNameOption: INodeProperties = {
	displayName: 'Variable Name',
	name: 'variableName',
	type: 'string',
	default: '',
	placeholder: 'e.g. plan',
	description: 'Only variables whose name contains this text, ignoring case',
};

/** GET /conversations/{conversation_id}/variables. */
export const getVariables: Operation = {
	name: 'Get Variables',
	action: 'Get conversation variables',
	description: 'Get the variables of a conversation with their values',
	fields: [
		userField,
		conversationField,
		{
			...returnAllField,
			description:
				'Whether to return all results or only up to a given limit. Dify returns at most 100 of the variables that were created together; use Variable Name to find others.',
		},
		limitField,
		optionsField(variableNameOption),
	],
	execute: async (item) => {
		const variables = await readList(item, {
			path: path`/conversations/${item.id('conversationId')}/variables`,
			rule: LIST_RULES.variables,
			query: defined({
				user: item.text('user'),
				variable_name: item.optionalId('options.variableName'),
			}),
		});
		return jsonList(variables.map(withDecodedValue));
	},
};
