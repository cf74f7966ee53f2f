import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { userField } from '../fields';
import { formTokenField } from './fields';

const actionField: INodeProperties = {
	displayName: 'Action',
	name: 'action',
	type: 'string',
	default: '',
	placeholder: 'e.g. approve',
	description: 'The ID of the button to press: one of the actions of the form',
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

/**
 * POST /form/human_input/{form_token}, Dify 1.14 and later. The run then continues; its rest comes
 * with Resume. The response is empty, so the item says what was submitted.
 */
export const submitForm: Operation = {
	name: 'Submit Form',
	action: 'Submit human input form',
	description: 'Fill in a form for the person who is asked',
	fields: [
		formTokenField,
		{ ...userField, description: 'The user who answers: the one who started the run' },
		actionField,
		inputsField,
		optionsField(),
	],
	execute: async (item) => {
		const token = item.id('formToken');
		const action = item.id('action');
		const response = await dify(item).post(path`/form/human_input/${token}`, {
			inputs: item.object('inputs'),
			action,
			user: item.text('user'),
		});
		return json({ ...jsonObject(response), submitted: true, form_token: token, action });
	},
};
