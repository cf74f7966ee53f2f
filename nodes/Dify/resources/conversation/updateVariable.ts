import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import { asText } from '../../../shared/objects';
import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { conversationField, pickedId, pickedIdOrNone, variableField } from '../locators';
import { optionsField, userField } from '../options';
import { requiredText } from '../parameters';
import { findVariable, wantedVariable } from './findVariable';
import { valueFromText, withDecodedValue } from './variableValue';

const valueField: INodeProperties = {
	displayName: 'Value',
	name: 'value',
	type: 'string',
	default: '',
	placeholder: 'e.g. premium',
	description:
		'The new value. A text is turned into what the type of the variable asks for (number, boolean, JSON of an object or array); other values from expressions are sent as they are.',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['updateVariable'] } },
	[userField, conversationField, variableField, valueField, optionsField()],
);

/**
 * Sets a conversation variable, found by ID or by name
 * (PUT /conversations/{conversation_id}/variables/{variable_id}). Dify checks the type strictly, so
 * a text is converted by the variable's own type, which is looked up first.
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const conversationId = pickedId(context, itemIndex, conversationField);
	const user = requiredText(context, itemIndex, userField);
	const given = context.getNodeParameter('value', itemIndex, '') as unknown;
	const wanted = wantedVariable(context, itemIndex);
	const mustLookUp = wanted.name !== undefined || typeof given === 'string';
	const found = mustLookUp
		? await findVariable(context, itemIndex, { conversationId, user, wanted })
		: undefined;
	const json = await callDify(context, itemIndex, {
		method: 'PUT',
		path: difyPath`/conversations/${conversationId}/variables/${found?.id ?? wanted.id}`,
		body: { value: valueFor(context, itemIndex, given, found), user },
	});
	return [{ json: withDecodedValue(json) }];
}

function valueFor(
	context: IExecuteFunctions,
	itemIndex: number,
	given: unknown,
	variable: IDataObject | undefined,
): IDataObject['value'] {
	const type = asText(variable?.value_type);
	if (typeof given !== 'string' || type === undefined) return given as IDataObject['value'];
	const value = valueFromText(given, type);
	if (value !== undefined) return value as IDataObject['value'];
	throw new NodeOperationError(
		context.getNode(),
		`The value does not fit the variable "${String(variable?.name)}", which is of type ${type}`,
		{
			itemIndex,
			description: 'Write numbers as 4.5, booleans as true or false, objects and arrays as JSON',
		},
	);
}

/** Changes of one conversation keep their order. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return pickedIdOrNone(context, itemIndex, conversationField);
}
