import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../shared/item';
import { asObject } from '../../shared/values';
import { readUserInputForm } from '../transport/userInputForm';
import type { FileChoice } from './files';
import { fileObjects, splitNames } from './files';

const UUID = /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i;

/** The values of the app's input variables, from JSON or from the form that n8n built of the app. */
export async function inputsOf(item: Item, user: string): Promise<IDataObject> {
	return item.value('inputsMode') === 'form' ? await formInputs(item, user) : item.object('inputs');
}

/**
 * The filled fields of the form. A file variable is given as the name of a binary field, a URL or an
 * upload ID, a list of files as several of them separated by commas.
 */
async function formInputs(item: Item, user: string): Promise<IDataObject> {
	const form = asObject(item.value('inputsForm'));
	const inputs: IDataObject = {};
	for (const [name, value] of Object.entries(asObject(form.value))) {
		if (value !== null && value !== undefined) inputs[name] = value;
	}
	const binaries = Object.keys(item.input?.binary ?? {});
	const candidates = Object.keys(inputs).filter((name) => mayBeFile(inputs[name], binaries));
	if (candidates.length === 0) return inputs;
	// Which variables are files says the app itself: the form in the workflow may be older.
	for (const { variable, kind } of await readUserInputForm(item)) {
		if (!candidates.includes(variable) || !FILE_KINDS.has(kind)) continue;
		const files = await fileInput(item, inputs[variable], user);
		inputs[variable] = kind === 'file-list' ? files : files[0];
	}
	return inputs;
}

const FILE_KINDS = new Set(['file', 'file-list']);

function mayBeFile(value: unknown, binaries: string[]): boolean {
	if (typeof value !== 'string') return false;
	return splitNames(value).some((name) => binaries.includes(name) || sourceOf(name) !== 'binary');
}

function sourceOf(reference: string): FileChoice['source'] {
	if (/^https?:\/\//i.test(reference)) return 'url';
	return UUID.test(reference) ? 'uploadId' : 'binary';
}

async function fileInput(item: Item, value: unknown, user: string): Promise<IDataObject[]> {
	const files: IDataObject[] = [];
	for (const reference of splitNames(String(value))) {
		const choice: FileChoice = {
			source: sourceOf(reference),
			binaryPropertyName: reference,
			url: reference,
			uploadFileId: reference,
		};
		files.push(...(await fileObjects(item, choice, user)));
	}
	return files;
}
