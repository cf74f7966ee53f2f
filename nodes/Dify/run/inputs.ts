import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../shared/item';
import { asObject } from '../../shared/values';
import type { FormControl } from '../transport/appForm';
import { appForm } from '../transport/appForm';
import type { FileChoice } from './files';
import { fileObjects, splitNames } from './files';
import type { FileType } from './fileType';

const UUID = /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i;

/** The values of the app's input variables, from JSON or from the form that n8n built of the app. */
export async function inputsOf(item: Item, user: string): Promise<IDataObject> {
	return item.value('inputsMode') === 'form' ? await formInputs(item, user) : item.object('inputs');
}

/**
 * The filled fields of the form. A file variable is given as the name of a binary field, a URL or an
 * upload ID, a list of files as several of them separated by commas. Which variables are files says
 * the app itself: the form in the workflow may be older.
 */
async function formInputs(item: Item, user: string): Promise<IDataObject> {
	const form = asObject(item.value('inputsForm'));
	const inputs: IDataObject = {};
	for (const [name, value] of Object.entries(asObject(form.value))) {
		if (value !== null && value !== undefined) inputs[name] = value;
	}
	if (Object.keys(inputs).length === 0) return inputs;
	for (const control of (await appForm(item)).controls) {
		const { kind, variable } = control;
		const value = inputs[variable];
		// What was chosen and emptied again: Dify would take it for a choice.
		if (value === '' && NOT_EMPTY_KINDS.has(kind)) delete inputs[variable];
		else if (typeof value === 'string' && FILE_KINDS.has(kind)) {
			const files = await fileInput(item, value, control, user);
			inputs[variable] = kind === 'file-list' ? files : files[0];
		}
	}
	return inputs;
}

const FILE_KINDS = new Set(['file', 'file-list']);
const NOT_EMPTY_KINDS = new Set([...FILE_KINDS, 'select', 'number']);

function sourceOf(reference: string): FileChoice['source'] {
	if (/^https?:\/\//i.test(reference)) return 'url';
	return UUID.test(reference) ? 'uploadId' : 'binary';
}

async function fileInput(
	item: Item,
	value: string,
	{ fileTypes }: FormControl,
	user: string,
): Promise<IDataObject[]> {
	const files: IDataObject[] = [];
	for (const reference of splitNames(value)) {
		const choice: FileChoice = {
			source: sourceOf(reference),
			binaryPropertyName: reference,
			url: reference,
			uploadFileId: reference,
		};
		// A variable takes certain types only, and the server finds out by itself which of them it is.
		files.push(...(await fileObjects(item, choice, user, fileTypes[0] as FileType | undefined)));
	}
	return files;
}
