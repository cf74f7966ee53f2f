import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { dify } from '../../transport/dify';
import { userField } from '../fields';
import { conversationField, variableField } from '../pickers';
import { findVariable, wantedVariable } from './findVariable';
import { valueFromText, withDecodedValue } from './variableValue';

const valueField: INodeProperties = {
	displayName: 'Value',
	name: 'value',
	type: 'string',
	default: '',
	placeholder: 'e.g. premium',
	description:
		'The new value. A text is converted to the type of the variable (number, boolean, JSON of an object or array); other values from expressions are sent as they are.',
};

/**
 * PUT /conversations/{conversation_id}/variables/{variable_id}. Dify checks the type strictly, so a
 * text is converted to that of the variable, which is looked up first.
 */
export const updateVariable: Operation = {
	name: 'Update Variable',
	action: 'Update conversation variable',
	description: 'Set a variable of a conversation, by ID or by name',
	fields: [userField, conversationField, variableField, valueField, optionsField()],
	execute: async (item) => {
		const conversationId = item.id('conversationId');
		const user = item.text('user');
		const given = item.value('value');
		const wanted = wantedVariable(item);
		const mustLookUp = wanted.name !== undefined || typeof given === 'string';
		const found = mustLookUp ? await findVariable(item, conversationId, wanted) : undefined;
		const variable = path`/conversations/${conversationId}/variables/${found?.id ?? wanted.id}`;
		const value = valueFor(found, given) as IDataObject['value'];
		return json(withDecodedValue(jsonObject(await dify(item).put(variable, { value, user }))));
	},
	exclusiveKey: (item) => item.optionalId('conversationId'),
};

function valueFor(variable: IDataObject | undefined, given: unknown): unknown {
	const type = asText(variable?.value_type);
	if (typeof given !== 'string' || type === undefined) return given;
	const value = valueFromText(given, type);
	if (value !== undefined) return value;
	throw invalidValue(
		`The value does not fit the variable "${String(variable?.name)}", which is of type ${type}`,
		'Write numbers as 4.5, booleans as true or false, and objects and arrays as JSON',
	);
}
