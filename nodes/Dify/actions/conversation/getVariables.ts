import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { limitField, returnAllField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { append } from '../../../shared/values';
import type { List } from '../../transport/lists';
import { LIST_RULES, listPages, readList } from '../../transport/lists';
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
		const list = {
			path: path`/conversations/${item.id('conversationId')}/variables`,
			rule: LIST_RULES.variables,
			query: { user: item.text('user') },
		};
		const name = item.optionalId('options.variableName');
		const variables = name ? await named(item, list, name) : await readList(item, list);
		return jsonList(variables.map(withDecodedValue));
	},
};

/** Dify's own filter fails with HTTP 500 on PostgreSQL. */
async function named(item: Item, list: List, name: string): Promise<IDataObject[]> {
	const part = name.toLowerCase();
	const found: IDataObject[] = [];
	for await (const page of listPages(item, list)) {
		append(
			found,
			page.filter((variable) => String(variable.name).toLowerCase().includes(part)),
		);
		if (item.limit !== undefined && found.length >= item.limit) break;
	}
	return found.slice(0, item.limit);
}
