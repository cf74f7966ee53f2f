import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { asObject, asText, isObject } from '../../../shared/objects';
import { difyRequest } from '../../transport/request';
import { optionsOf, timeoutMs } from '../options';
import type { Field } from '../parameters';
import type { FileChoice } from './files';
import { fileObjects, splitNames } from './files';

const UUID = /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i;

/** The values of the app's input variables, from JSON or from the form that n8n built of the app. */
export async function inputsOf(
	context: IExecuteFunctions,
	itemIndex: number,
	user: string,
): Promise<IDataObject> {
	const mode = context.getNodeParameter('inputsMode', itemIndex, 'json');
	return mode === 'form'
		? await formInputs(context, itemIndex, user)
		: jsonObject(context, itemIndex, { name: 'inputs', displayName: 'Inputs' });
}

/**
 * A JSON parameter that has to be an object.
 *
 * @throws NodeOperationError when it is not.
 */
export function jsonObject(
	context: IExecuteFunctions,
	itemIndex: number,
	{ name, displayName }: Field,
): IDataObject {
	const given = context.getNodeParameter(name, itemIndex, '{}');
	const value = typeof given === 'string' ? tryParseJson(given.trim() || '{}') : given;
	if (isObject(value)) return value;
	throw new NodeOperationError(context.getNode(), `${displayName} is not a JSON object`, {
		itemIndex,
		description: `Write ${displayName} as an object, for example { "city": "Oslo" }`,
	});
}

/**
 * The filled fields of the form. A file variable is given as the name of a binary field, a URL or an
 * upload ID, a list of files as several of them separated by commas (facts 4, inputs).
 */
async function formInputs(
	context: IExecuteFunctions,
	itemIndex: number,
	user: string,
): Promise<IDataObject> {
	const form = asObject(context.getNodeParameter('inputsForm', itemIndex, {}));
	const inputs: IDataObject = {};
	for (const [name, value] of Object.entries(asObject(form.value))) {
		if (value !== null && value !== undefined) inputs[name] = value;
	}
	const binaries = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	const candidates = Object.keys(inputs).filter((name) => mayBeFile(inputs[name], binaries));
	if (candidates.length === 0) return inputs;
	const controls = await fileControls(context, itemIndex);
	for (const name of candidates) {
		const control = controls.get(name);
		if (control) inputs[name] = await fileInput(context, itemIndex, inputs[name], control, user);
	}
	return inputs;
}

function mayBeFile(value: unknown, binaries: string[]): boolean {
	if (typeof value !== 'string') return false;
	return splitNames(value).some((name) => binaries.includes(name) || sourceOf(name) !== 'binary');
}

function sourceOf(reference: string): FileChoice['source'] {
	if (/^https?:\/\//i.test(reference)) return 'url';
	return UUID.test(reference) ? 'uploadId' : 'binary';
}

/** Which variables are files, from the app itself: the form in the workflow may be older. */
async function fileControls(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<Map<string, 'file' | 'file-list'>> {
	const { user_input_form: form } = asObject(
		await difyRequest(context, itemIndex, {
			path: '/parameters',
			timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
		}),
	);
	const controls = new Map<string, 'file' | 'file-list'>();
	for (const item of Array.isArray(form) ? form : []) {
		for (const [type, control] of Object.entries(asObject(item))) {
			const variable = asText(asObject(control).variable);
			if (variable && (type === 'file' || type === 'file-list')) controls.set(variable, type);
		}
	}
	return controls;
}

async function fileInput(
	context: IExecuteFunctions,
	itemIndex: number,
	value: unknown,
	control: 'file' | 'file-list',
	user: string,
): Promise<IDataObject | IDataObject[] | undefined> {
	const files: IDataObject[] = [];
	for (const reference of splitNames(String(value))) {
		const choice: FileChoice = {
			source: sourceOf(reference),
			binaryPropertyName: reference,
			url: reference,
			uploadFileId: reference,
		};
		files.push(...(await fileObjects(context, itemIndex, choice, user)));
	}
	return control === 'file-list' ? files : files[0];
}
