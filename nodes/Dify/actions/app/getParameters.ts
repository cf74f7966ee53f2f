import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { simplified, simplifyOption } from '../simplify';

const SIMPLE = [
	'opening_statement',
	'suggested_questions',
	'user_input_form',
	'file_upload',
	'system_parameters',
];

/** GET /parameters. */
export const getParameters: Operation = {
	name: 'Get Parameters',
	action: 'Get app parameters',
	description: 'Get the input form, the features and the limits of the app',
	fields: [optionsField(simplifyOption)],
	execute: async (item) => {
		const parameters = jsonObject(await dify(item).get('/parameters'));
		return json(simplified(parameters, item.options, SIMPLE));
	},
};
