import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { jsonObject } from '../chat/inputs';
import { callDify } from '../call';
import { optionsField, userField } from '../options';
import { requiredId, requiredText } from '../parameters';
import { formTokenField } from './fields';

const actionField: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'string',
	default: '',
	placeholder: 'e.g. approve',
	description: 'ID of the button that is pressed: one of the actions of the form',
	required: true,
};

const inputsField: INodeProperties = {
	displayName: 'Inputs',
	name: 'inputs',
	type: 'json',
	default: '{}',
	description:
		'Values for the inputs of the form by output_variable_name, as a JSON object. A file is an object like { "transfer_method": "local_file", "upload_file_id": "...", "type": "image" }.',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['humanInput'], operation: ['submitForm'] } },
	[
		formTokenField,
		{ ...userField, description: 'The user who answers: the one who sent the message' },
		actionField,
		inputsField,
		optionsField(),
	],
);

/**
 * Fills a form in and presses one of its buttons (POST /form/human_input/{form_token}, Dify 1.14).
 * The run then goes on; its rest comes with Resume. Dify answers with nothing, so the item says
 * what was submitted.
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const token = requiredId(context, itemIndex, formTokenField);
	const action = requiredId(context, itemIndex, actionField);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: difyPath`/form/human_input/${token}`,
		body: {
			inputs: jsonObject(context, itemIndex, { name: 'inputs', displayName: 'Inputs' }),
			action,
			user: requiredText(context, itemIndex, userField),
		},
	});
	return [{ json: { ...json, submitted: true, form_token: token, action } }];
}
