import type {
	FieldType,
	IDataObject,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import { asObject, asText, isObject } from '../../shared/objects';
import { difyRequest } from '../transport/request';

/** What n8n asks for, by the kind of control in the app's form; other kinds are texts. */
const FIELD_TYPES: Record<string, FieldType> = {
	number: 'number',
	checkbox: 'boolean',
	select: 'options',
	json_object: 'object',
};

const HINTS: Record<string, string> = {
	file: ' (file: input field, URL or upload ID)',
	'file-list': ' (files: input fields, URLs or upload IDs, separated by commas)',
};

/**
 * The fields of the form that the app asks its users to fill in (GET /parameters,
 * `user_input_form`). A file is named by a text: the input field that holds it, its URL, or the ID
 * of an upload; several are separated by commas.
 *
 * @throws NodeApiError when the app cannot be asked.
 */
export async function getInputFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const answer = asObject(await difyRequest(this, 0, { path: '/parameters' }));
	const form = Array.isArray(answer.user_input_form) ? answer.user_input_form : [];
	const fields = form.filter(isObject).flatMap(fieldOf);
	return {
		fields,
		emptyFieldsNotice: 'The app asks for no inputs',
	};
}

/** A form item is an object with one key, the kind of the control. */
function fieldOf(item: IDataObject): ResourceMapperField[] {
	const [kind, given] = Object.entries(item)[0] ?? [];
	const control = asObject(given);
	const id = asText(control.variable);
	if (kind === undefined || id === undefined) return [];
	return [
		{
			id,
			displayName: `${asText(control.label) ?? id}${HINTS[kind] ?? ''}`,
			required: control.required === true,
			defaultMatch: false,
			canBeUsedToMatch: false,
			display: true,
			type: FIELD_TYPES[kind] ?? 'string',
			...optionsOf(kind, control),
			...defaultOf(kind, control),
		},
	];
}

function optionsOf(kind: string, { options }: IDataObject): Partial<ResourceMapperField> {
	if (kind !== 'select' || !Array.isArray(options)) return {};
	return { options: options.map((option) => ({ name: String(option), value: String(option) })) };
}

/** Kinds whose default value n8n can show. */
const WITH_DEFAULT = new Set(['text-input', 'paragraph', 'select', 'number', 'checkbox']);

function defaultOf(kind: string, control: IDataObject): Partial<ResourceMapperField> {
	const value = control.default;
	if (!WITH_DEFAULT.has(kind) || value === null || value === undefined || value === '') return {};
	if (kind === 'checkbox') return { defaultValue: value === true || value === 'true' };
	if (kind === 'number') return { defaultValue: Number(value) };
	return { defaultValue: String(value) };
}
