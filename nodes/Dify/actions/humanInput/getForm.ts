import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { formTokenField } from './fields';

/** GET /form/human_input/{form_token}, Dify 1.14 and later; fails for a form that is submitted or expired. */
export const getForm: Operation = {
	name: 'Get Form',
	action: 'Get human input form',
	description: 'Get the form that a paused run waits for',
	fields: [formTokenField, optionsField()],
	execute: async (item) => {
		const token = item.id('formToken');
		const form = await dify(item).get(path`/form/human_input/${token}`);
		return json({ ...jsonObject(form), form_token: token });
	},
};
