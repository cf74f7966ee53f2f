import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { asText, defined } from '../../../shared/objects';
import { LIST_RULES } from '../../transport/paging';
import { difyPath } from '../../transport/request';
import { readList } from '../list';
import { conversationField, pickedId } from '../locators';
import { optionsField, optionsOf, userField } from '../options';
import { requiredText } from '../parameters';
import { withDecodedValue } from './variableValue';

const variableNameOption: INodeProperties = {
	displayName: 'Variable Name',
	name: 'variableName',
	type: 'string',
	default: '',
	placeholder: 'e.g. plan',
	description: 'Only variables whose name contains this text, in capitals or not',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['getVariables'] } },
	[
		userField,
		conversationField,
		{
			...returnAllField,
			description:
				'Whether to return all results or only up to a given limit. Dify gives at most 100 of the variables that were created together; use Variable Name to find others.',
		},
		limitField,
		optionsField(variableNameOption),
	],
);

/** The variables of a conversation with their values (GET /conversations/{conversation_id}/variables). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const conversationId = pickedId(context, itemIndex, conversationField);
	const variables = await readList(context, itemIndex, {
		path: difyPath`/conversations/${conversationId}/variables`,
		rule: LIST_RULES.variables,
		query: defined({
			user: requiredText(context, itemIndex, userField),
			variable_name: asText(optionsOf(context, itemIndex).variableName)?.trim(),
		}),
	});
	return variables.map((variable) => ({ json: withDecodedValue(variable) }));
}
