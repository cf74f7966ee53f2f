import type {
	FieldType,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';

import type { FormControl } from '../transport/appForm';
import { readAppForm } from '../transport/appForm';
import { readForPicker } from './picker';

/** n8n's field types by kind of control; other kinds are texts. */
const FIELD_TYPES: ReadonlyMap<string, FieldType> = new Map([
	['number', 'number'],
	['checkbox', 'boolean'],
	['select', 'options'],
	['json_object', 'object'],
]);

const HINTS: ReadonlyMap<string, string> = new Map([
	['file', ' (file: input field, URL or upload ID)'],
	['file-list', ' (files: input fields, URLs or upload IDs, separated by commas)'],
]);

/**
 * The fields of the form that the app asks its users to fill in. A file is given as a text: the
 * input field that holds it, its URL, or the ID of an upload; several are separated by commas.
 *
 * @throws NodeApiError if the form cannot be read.
 */
export async function getInputFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const { controls } = await readForPicker(this, readAppForm);
	return { fields: controls.map(fieldOf), emptyFieldsNotice: 'The app has no inputs' };
}

function fieldOf(control: FormControl): ResourceMapperField {
	const { kind, variable, label, required, options } = control;
	return {
		id: variable,
		displayName: `${label}${HINTS.get(kind) ?? ''}`,
		required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		type: FIELD_TYPES.get(kind) ?? 'string',
		...(kind === 'select' && { options: options.map((value) => ({ name: value, value })) }),
		...defaultOf(control),
	};
}

type Default = ResourceMapperField['defaultValue'];

/** How n8n shows the default value of a control; that of other kinds it cannot show. */
const DEFAULTS = new Map<string, (value: unknown) => Default>([
	['text-input', String],
	['paragraph', String],
	['select', String],
	['number', Number],
	['checkbox', (value) => value === true || value === 'true'],
]);

function defaultOf({ kind, default: value }: FormControl): Partial<ResourceMapperField> {
	const read = DEFAULTS.get(kind);
	return read && value !== undefined ? { defaultValue: read(value) } : {};
}
